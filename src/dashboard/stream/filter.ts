import { computed } from '@preact/signals';
import { address, go } from '../address.ts';
import type { CallRow } from '../live/ring.ts';
import { VERDICTS, type VerdictName } from '../parts/verdict.tsx';

/** Which calls are wanted; it stands in the address, so that it can be sent to somebody. */
export interface Filter {
  readonly agent: string;
  readonly route: string;
  readonly verdict: VerdictName | '';
  /** An id to look for in the journal; with it, what is shown is no stream. */
  readonly about: string;
}

export const filter = computed<Filter>(() => {
  const { query } = address.value;
  const verdict = VERDICTS.find((each) => each === query.get('verdict')) ?? '';
  return { agent: query.get('agent') ?? '', route: query.get('route') ?? '', verdict, about: query.get('about') ?? '' };
});

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
