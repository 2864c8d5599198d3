import type { Finding } from '../engine/decision.ts';
import type { CallEntry } from '../journal/index.ts';

/** The finding that decided a call that was not let through, of its record: the first of the most severe. */
export function decisiveOf({ verdict, findings }: Pick<CallEntry, 'verdict' | 'findings'>): Finding | undefined {
  for (const finding of findings) if (typeof finding !== 'string' && finding.verdict === verdict) return finding;
  return undefined;
}
