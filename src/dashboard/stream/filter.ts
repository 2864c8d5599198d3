import { computed } from '@preact/signals';
import { address, go } from '../address.ts';
import type { CallRow } from '../live/ring.ts';
import { VERDICTS, type VerdictName } from '../parts/verdict.tsx';
import { minuteIn } from './asked.ts';

/** Which calls are wanted; it stands in the address, so that it can be sent to somebody. */
export interface Filter {
  readonly agent: string;
  readonly route: string;
  readonly verdict: VerdictName | '';
  /** An id to look for in the journal. */
  readonly about: string;
  /** Minutes of UTC, as a field for them has it: `2026-03-01T14:05`. */
  readonly from: string;
  readonly to: string;
}

export const filter = computed<Filter>(() => {
  const { query } = address.value;
  const verdict = VERDICTS.find((each) => each === query.get('verdict')) ?? '';
  const text = (name: string): string => query.get(name) ?? '';
  return {
    agent: text('agent'),
    route: text('route'),
    verdict,
    about: text('about'),
    from: minuteIn(text('from')),
    to: minuteIn(text('to')),
  };
});

/** Something is looked for in the journal: what is shown is no stream. */
export const isLooking = ({ about, from, to }: Filter): boolean => about !== '' || from !== '' || to !== '';

export function narrow(more: Partial<Filter>): void {
  const query = new URLSearchParams(
    Object.entries({ ...filter.value, ...more }).filter(([, value]) => value !== ''),
  ).toString();
  go(query === '' ? '/calls' : `/calls?${query}`, 'replace');
}

export const narrowed = ({ agent, route, verdict }: Filter): boolean => agent !== '' || route !== '' || verdict !== '';

export const wants =
  ({ agent, route, verdict }: Filter) =>
  (row: CallRow): boolean =>
    (agent === '' || row.agent === agent) &&
    (route === '' || row.route === route) &&
    (verdict === '' || row.verdict === verdict);
