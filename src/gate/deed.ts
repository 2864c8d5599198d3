import type { CallEntry } from '../journal/index.ts';

/** What stops a call for where its agent stands, and not for what it is. */
export const OF_THE_STAGE: readonly string[] = ['stage', 'segment'];

/**
 * What an agent did with a call, as a mix counts it: `create_refund passed`, `create_refund deny`, `create_refund hold`.
 *
 * The same at every stage: a write that is captured in shadow, sent in limited, or refused there because its customer lies
 * outside of the segment is one that no rule minded. `undefined`: it says nothing of what the agent is like, for it is
 * frozen, or the door made the call.
 */
export function deedOf({ route, verdict, findings, before }: Deed): string | undefined {
  if (before !== undefined) return undefined;
  const stopping = findings.flatMap((one) => (typeof one !== 'string' && one.verdict === verdict ? [one.guard] : []));
  if (verdict === 'deny' && stopping.includes('freeze')) return undefined;
  const isOfStage =
    verdict === 'deny' && stopping.length > 0 && stopping.every((guard) => OF_THE_STAGE.includes(guard));
  return `${route} ${verdict === 'allow' || verdict === 'capture' || isOfStage ? 'passed' : verdict}`;
}

export type Deed = Pick<CallEntry, 'route' | 'verdict' | 'findings' | 'before'>;
