import type { Candidate } from '../../../evidence/review/queue.ts';
import type { Recorded } from '../../../journal/entry.ts';
import { reviewLines } from '../../../report/review/story.ts';
import { placeOptions } from '../../options.ts';
import type { ReviewArguments } from './desk.ts';

/** One write as a reviewer at a terminal reads it. */
export function story(candidate: Candidate, records: readonly Recorded[], given: ReviewArguments): string {
  const reader = { by: given.by?.trim() ?? null, showOpinions: given['show-opinions'] };
  return [
    ...reviewLines(candidate, records, reader),
    '',
    `The whole story: interlock why ${candidate.intent.call}${placeOptions(given)}`,
  ].join('\n');
}
