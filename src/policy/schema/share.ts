import { assert } from '../../std/assert.ts';
import { parseShare, SHARE_FORM, type Ppm } from '../../std/share.ts';
import { text } from './text.ts';

const BASELINE = /^(\d{1,4}(?:\.\d{1,2})?)x baseline$/;

export const BASELINE_FORM = 'a multiple of what the agent was seen to do: 3x baseline';

export const Share = text(SHARE_FORM, /^\d{1,3}(\.\d{1,4})?%$/, (share) => parseShare(share) !== undefined);

/** `"3x baseline"` → 3. `undefined` when the text is not {@link BASELINE_FORM}, or no more than nothing. */
export function baselineFactor(written: string): number | undefined {
  const factor = Number(BASELINE.exec(written)?.[1] ?? 0);
  return factor > 0 ? factor : undefined;
}

/** A text that was checked when the policy was read. */
export function shareOf(written: string): Ppm {
  const share = parseShare(written);
  assert(share !== undefined, `the share \`${written}\` was checked when the policy was read`);
  return share;
}

/** A limit that is stated, or is a multiple of the baseline; `pattern` is the stated one's. */
export function orBaseline(form: string, pattern: RegExp, accepts: (text: string) => boolean) {
  const whole = new RegExp(`${pattern.source}|${BASELINE.source}`);
  return text(
    `${form}; or ${BASELINE_FORM}`,
    whole,
    (written) => accepts(written) || baselineFactor(written) !== undefined,
  );
}

export const ShareOrBaseline = orBaseline(
  SHARE_FORM,
  /^\d{1,3}(\.\d{1,4})?%$/,
  (written) => parseShare(written) !== undefined,
);
