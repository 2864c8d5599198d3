import { unreachable } from '../../std/assert.ts';
import type { Step } from './told.ts';
import { becauseOf, deed } from './wording.ts';

/**
 * A call of a recording happened, or came to nothing, there and then: what this policy says of it is what a door would have done,
 * and was never felt by the business. So whatever the verdict, what is told of it is told from the recorded outcome.
 */
export const isRecorded = ({ end }: Pick<Step, 'end'>): boolean => end?.origin === 'recorded';

/** It was let through and took effect, or did so in a recording. */
export const tookEffect = ({ verdict, end }: Pick<Step, 'verdict' | 'end'>): boolean =>
  end?.effectiveness === 'effective' && (verdict === 'allow' || end.origin === 'recorded');

/** What became of a recorded write there: `created a refund of 5.00 USD for charge ch_1`. */
export function recordedDeed(step: Pick<Step, 'route' | 'subject' | 'amount' | 'end' | 'effect'>): string {
  if (step.end?.effectiveness === 'effective') return deed(step, 'fact');
  return `${step.effect === 'read' ? 'asked' : 'tried'} to ${deed(step, 'wish')}`;
}

/** `this policy would have refused it: the amount was too large`; empty where it lets the call through. */
export function wouldHave({ verdict, because }: Pick<Step, 'verdict' | 'because'>): string {
  const why = because === null ? '' : `: ${becauseOf(because)}`;
  switch (verdict) {
    case 'allow':
      return '';
    case 'deny':
      return `this policy would have refused it${why}`;
    case 'hold':
      return `this policy would have made it wait for a human${why}`;
    case 'capture':
      return 'this policy would have kept it, as every write in shadow';
    default:
      return unreachable(verdict);
  }
}
