import { readAdvice } from '../../gate/advice.ts';
import type { GateView } from '../contract/lookups.ts';
import type { QuestionOf } from './question.ts';

/** What gates said last, the newest first. */
export function gateViews(dir: string, { now }: QuestionOf<'gate'>): readonly GateView[] {
  return readAdvice(dir)
    .toSorted((a, b) => b.at - a.at)
    .map(({ agent, to, step, verdict, at, policy, identity, lacking }) => ({
      agent,
      to,
      step,
      verdict,
      at: new Date(at).toISOString(),
      current: now[agent]?.policy === policy && now[agent]?.identity === identity,
      lacking,
    }));
}
