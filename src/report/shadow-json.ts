import type { ShadowEvidence } from '../evidence/shadow/evidence.ts';
import type { Json } from '../std/canonical-json.ts';
import { formatMoney } from '../std/money.ts';
import { readableJson } from './readable-json.ts';
import { queryFor, whyFor, type Place } from './shadow/commands.ts';
import { headlineText, summarySentences } from './shadow/headline.ts';
import { notKnown } from './shadow/not-known.ts';

/** What changes the meaning of a member raises it; new members do not. */
export const SHADOW_JSON_VERSION = 1;

/**
 * The evidence for programs: everything that the page draws, and what it leaves out for room. `docs/shadow-report.md` defines each
 * member. Amounts are text, `"12345.67 USD"`; instants are milliseconds; a count's `where` is a condition over the view `calls`.
 * The same journal gives the same bytes.
 */
export function shadowJson(evidence: ShadowEvidence, data: string, interlock: string): string {
  const place: Place = { data, scope: evidence.scope };
  const [example] = evidence.appendix.calls;
  return readableJson({
    version: SHADOW_JSON_VERSION,
    interlock,
    headline: headlineText(evidence),
    summary: summarySentences(evidence),
    commands: {
      calls: queryFor(place, evidence.overview.calls),
      ...(example !== undefined && { call: whyFor(place, example.call) }),
    },
    notKnown: notKnown(evidence).map(({ text, behind }) => ({ text, behind: plain(behind) })),
    ...(plain(evidence) as Readonly<Record<string, Json>>),
  });
}

/** Money becomes text, what is `undefined` is left out, and everything else stays as it is. */
function plain(value: unknown): Json {
  if (value === null || typeof value !== 'object')
    return typeof value === 'bigint' ? value.toString() : (value as Json);
  if (Array.isArray(value)) return value.map(plain);
  if (
    'micros' in value &&
    'currency' in value &&
    typeof value.micros === 'bigint' &&
    typeof value.currency === 'string'
  )
    return formatMoney({ micros: value.micros, currency: value.currency });
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([name, member]): [string, Json] => [name, plain(member)]));
}
