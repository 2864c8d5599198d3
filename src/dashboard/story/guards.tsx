import type { CallShown } from '../../control/contract/story.ts';
import { Mark } from '../parts/mark.tsx';
import type { MarkKind } from '../parts/shapes.ts';
import { Said } from '../parts/said.tsx';
import { counted } from '../words.ts';
import { inUrl } from '../in-url.ts';

type Found = CallShown['findings'][number];

const SAID: Readonly<Record<Found['verdict'], readonly [mark: MarkKind, word: string]>> = {
  pass: ['good', 'passed'],
  deny: ['deny', 'refused'],
  hold: ['hold', 'held'],
  capture: ['capture', 'captured'],
};

/** What spoke against the call, and behind a fold what did not. */
export function Guards({ findings }: { readonly findings: readonly Found[] }) {
  const against = findings.filter(({ verdict }) => verdict !== 'pass');
  const passed = findings.filter(({ verdict }) => verdict === 'pass');
  return (
    <>
      {against.length === 0 ? <p>Nothing spoke against it.</p> : <List findings={against} />}
      {passed.length > 0 && (
        <details open={against.length === 0 && passed.length <= 3}>
          <summary>{counted(passed.length, 'rule passed', 'rules passed')}</summary>
          <List findings={passed} />
        </details>
      )}
    </>
  );
}

function List({ findings }: { readonly findings: readonly Found[] }) {
  return (
    <ul class="lines guards">
      {findings.map(({ guard, rule, verdict, words, hint }, index) => {
        const [mark, word] = SAID[verdict];
        return (
          <li key={index} class={verdict}>
            <span class="guard">
              <Mark kind={mark} /> <b>{guard}</b> {word}
            </span>
            <span>
              <Said text={words} />
              {hint !== null && (
                <span class="quiet told-hint">
                  It was told: <Said text={hint} />
                </span>
              )}
            </span>
            <a class="quiet" href={`/policy?rule=${inUrl(rule)}`}>
              <code>{rule}</code>
            </a>
          </li>
        );
      })}
    </ul>
  );
}
