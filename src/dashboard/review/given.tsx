import { Mark } from '../parts/mark.tsx';
import type { MarkKind } from '../parts/shapes.ts';
import { Said } from '../parts/said.tsx';
import { counted } from '../words.ts';
import { said, unsent, type Said as Given_ } from './outbox.ts';

const STATE: Readonly<Record<Given_['state'], readonly [mark: MarkKind, words: string]>> = {
  held: ['note', 'can be taken back'],
  sending: ['call', 'on its way'],
  waiting: ['asks', 'not recorded yet, trying again'],
  sent: ['good', 'on record'],
  refused: ['fail', 'not taken'],
};

/** What was said on this visit, and whether it is on record. */
export function Given({ back }: { readonly back: () => void }) {
  const all = said.value.toReversed();
  const late = unsent.value.filter(({ message }) => message !== null);
  return (
    <aside class="given" aria-label="Your answers">
      <h2>Your answers</h2>
      {late.length > 0 && (
        <p class="late" role="alert">
          <Mark kind="asks" /> {counted(late.length, 'answer')} could not be recorded yet: {late[0]?.message} They are
          kept here and tried again.
        </p>
      )}
      {all.length === 0 && <p class="quiet">None yet. Wrong and unsure ask you why.</p>}
      <ul class="lines">
        {all.map((each) => {
          const [mark, words] = STATE[each.state];
          return (
            <li key={each.call}>
              <b>{each.opinion}</b> <Said text={each.about} />
              <br />
              <span class="quiet">
                <Mark kind={mark} /> {words}
                {each.state === 'refused' && each.message !== null && `: ${each.message}`}
              </span>{' '}
              {each.state === 'held' && (
                <button type="button" class="plain" onClick={back}>
                  Take it back <kbd>z</kbd>
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </aside>
  );
}
