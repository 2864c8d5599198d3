import { computed } from '@preact/signals';
import { freshness } from '../live/freshness.ts';
import { Mark } from '../parts/mark.tsx';

/** Moves only when it comes and goes, so that a screen reader says it once. */
const stale = computed(() =>
  freshness.value.kind === 'old' ? (freshness.value.reconnecting ? 'lost' : 'silent') : null,
);

/** What a page says that does not know any more how things are. */
export function StaleBanner() {
  return (
    <div role="alert">
      {stale.value !== null && (
        <p class="stale-banner">
          <Mark kind="asks" />
          <span>
            {stale.value === 'lost' ? 'The door cannot be heard; trying again.' : 'The door has gone silent.'} What is
            shown is how it was then. A kill is still worth trying; <code>interlock kill AGENT</code> on the machine
            itself works as well.
          </span>
        </p>
      )}
    </div>
  );
}
