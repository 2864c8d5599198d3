import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ReviewItem } from '../../control/contract/lookups.ts';
import { onKeys } from '../keys.ts';
import { Mark } from '../parts/mark.tsx';
import { Said } from '../parts/said.tsx';
import { Verdict } from '../parts/verdict.tsx';
import { Moment } from '../parts/when.tsx';
import { may, session } from '../session.ts';
import { give, type Opinion } from './outbox.ts';
import { inUrl } from '../in-url.ts';

const REASON_MAX_CHARACTERS = 1_000;
/** Who finds a decision sane need not say more. */
const SANE_REASON = 'nothing against it';

const KEYS: readonly [key: string, opinion: Opinion, name: string][] = [
  ['s', 'sane', 'Sane'],
  ['w', 'wrong', 'Wrong'],
  ['u', 'unsure', 'Unsure'],
];

interface DecisionParts {
  readonly item: ReviewItem;
  readonly place: { readonly index: number; readonly of: number };
  /** The opinion whose reason is being written. */
  readonly writing: Opinion | null;
  readonly write: (opinion: Opinion | null) => void;
  readonly step: (by: number) => void;
  readonly onGiven: () => void;
}

/** One decision: what was meant, what came before it, and three keys. */
export function Decision({ item, place, writing, write, step, onGiven }: DecisionParts) {
  const { call, at, agent, route, stage, subject, amount, verdict, anomalies, story } = item;
  const choose = (opinion: Opinion): void => {
    if (opinion !== 'sane') return write(opinion);
    give(item, opinion, SANE_REASON);
    return onGiven();
  };
  useLayoutEffect(
    () =>
      may('assess')
        ? onKeys(
            KEYS.map(([keys, opinion, name]) => ({
              keys,
              does: `${name}: say so of this decision`,
              run: () => choose(opinion),
            })),
          )
        : undefined,
    [call],
  );
  return (
    <article class="decision" aria-labelledby="decision">
      <p class="quiet">
        {place.index + 1} of {place.of} at hand · <a href={`/agents/${inUrl(agent)}`}>{agent}</a> in {stage} ·{' '}
        <Moment at={at} seconds /> UTC
      </p>
      <h2 id="decision">
        <Said text={[route, amount, subject].filter((each) => each !== null).join(' · ')} />
      </h2>
      <p>
        <Verdict verdict={verdict} />
        {anomalies.map((each) => (
          <span key={each} class="odd">
            <Mark kind="asks" /> {each.replaceAll('_', ' ')}
          </span>
        ))}
      </p>
      <pre class="told" tabIndex={0} aria-label="What it meant, and what came before">
        {story.map((line, index) => (
          <span key={index}>
            <Said text={line} />
            {'\n'}
          </span>
        ))}
      </pre>
      {may('assess') ? (
        writing === null ? (
          <div class="opinions">
            {KEYS.map(([key, opinion, name]) => (
              <button key={key} type="button" class={opinion} onClick={() => choose(opinion)}>
                {name} <kbd>{key}</kbd>
              </button>
            ))}
            <span class="steps">
              <button type="button" class="plain" onClick={() => step(-1)}>
                Before <kbd>k</kbd>
              </button>
              <button type="button" class="plain" onClick={() => step(1)}>
                Next <kbd>j</kbd>
              </button>
            </span>
          </div>
        ) : (
          <Reason
            opinion={writing}
            onCancel={() => write(null)}
            onSaid={(reason) => {
              give(item, writing, reason);
              onGiven();
            }}
          />
        )
      ) : (
        <p class="quiet">Your roles ({session.value.roles.join(', ')}) let you look at this, not judge it.</p>
      )}
      <p class="quiet">
        <a href={`/calls/${inUrl(call)}`}>Its whole story</a> · <code>{call}</code>
      </p>
    </article>
  );
}

interface ReasonParts {
  readonly opinion: Opinion;
  readonly onCancel: () => void;
  readonly onSaid: (reason: string) => void;
}

/** Why it is wrong, or what one cannot tell: a count without reasons teaches nobody. */
function Reason({ opinion, onCancel, onSaid }: ReasonParts) {
  const [reason, say] = useState('');
  const own = useRef<HTMLInputElement>(null);
  // Before the next key comes: what is typed is a reason from its first letter on, and never a verdict.
  useLayoutEffect(() => own.current?.focus(), []);
  return (
    <form
      class="why"
      onSubmit={(event) => {
        event.preventDefault();
        if (reason.trim() !== '') onSaid(reason.trim());
      }}
    >
      <label class="field">
        <span>{opinion === 'wrong' ? 'What is wrong with it' : 'What one cannot tell'}</span>
        <input
          ref={own}
          type="text"
          required
          value={reason}
          maxLength={REASON_MAX_CHARACTERS}
          onInput={(event) => say(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') onCancel();
          }}
        />
      </label>
      <div class="dialog-acts">
        <button type="submit" class="sure">
          Say {opinion} <kbd>Enter</kbd>
        </button>
        <button type="button" onClick={onCancel}>
          Back <kbd>Esc</kbd>
        </button>
      </div>
    </form>
  );
}
