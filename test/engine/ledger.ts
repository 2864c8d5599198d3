import type { Call } from '../../src/engine/call.ts';
import type { Event } from '../../src/engine/event.ts';
import { timeOf } from './playbook.ts';

/** What truly became of one admitted call. The engine is told the end alone, and perhaps only that it is unknown. */
export interface Truth {
  readonly call: Call;
  /** When the upstream really changed something; `undefined`: it never did. */
  readonly effectAt: number | undefined;
  /** When the engine was told; never, where it still waits. */
  readonly endedAt: number | undefined;
}

/**
 * The upstream's own ledger of a history, kept by an adversary: whatever may have happened did happen, at the worst
 * time that `delay` (0 to 1) finds between the decision and the moment its end was known.
 */
export function ledger(events: readonly Event[], delay: (nth: number) => number): Truth[] {
  const last = events.at(-1);
  const horizon = last === undefined ? 0 : timeOf(last);
  const admitted = events.flatMap((event) =>
    event.kind === 'decided' && event.verdict === 'allow' ? [event.call] : [],
  );
  return admitted.map((call, nth) => {
    const end = events.find((event) => event.kind === 'ended' && event.call === call.id);
    const endedAt = end === undefined ? undefined : timeOf(end);
    const happened = end?.kind !== 'ended' || end.effectiveness !== 'ineffective';
    const span = (endedAt ?? horizon) - call.at;
    return { call, endedAt, effectAt: happened ? call.at + Math.floor(span * delay(nth)) : undefined };
  });
}

/** Money that left by a call; a negative amount brings nothing back. */
export function movedMicros({ call: { amount } }: Truth): bigint {
  return amount !== null && 'micros' in amount && amount.micros > 0n ? amount.micros : 0n;
}
