import type { ReviewQueue } from '../../control/contract/lookups.ts';
import { counted } from '../words.ts';

/** How far one has come. What was said since the door was asked counts at once. */
export function Progress({
  queue: { chosen, left, items },
  given,
}: {
  readonly queue: ReviewQueue;
  readonly given: number;
}) {
  const listed = new Set(items.map(({ call }) => call)).size;
  const rest = Math.max(0, left - Math.min(given, listed));
  const done = Math.max(0, chosen - rest);
  return (
    <div class="review-progress">
      <progress max={Math.max(1, chosen)} value={done} aria-label="Reviewed so far" />
      <p class="quiet" role="status">
        {counted(rest, 'decision')} left for you, of {chosen} that need a person
      </p>
    </div>
  );
}
