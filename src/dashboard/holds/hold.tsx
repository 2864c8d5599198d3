import type { HoldView } from '../../control/contract/holds.ts';
import { now } from '../clock.ts';
import { useAnswer } from '../parts/answer.ts';
import { Countdown } from '../parts/countdown.tsx';
import { NoAnswer } from '../parts/empty.tsx';
import { Fields, RequestHead } from '../parts/fields.tsx';
import { Quoted, Said } from '../parts/said.tsx';
import { Ago, Moment } from '../parts/when.tsx';
import type { ViewProps } from '../view-props.ts';
import { counted } from '../words.ts';
import { Answer } from './answer.tsx';
import { ChangeTable } from './change-table.tsx';
import { useNews } from './changes.ts';
import { Foresight } from './foresight.tsx';
import { inUrl } from '../in-url.ts';

/** One held call: what it would do, what speaks for and against it, and a yes or a no. */
export function Hold({ params: { call = '' } }: ViewProps) {
  const asked = useAnswer<HoldView>(`/v1/holds/${inUrl(call)}`);
  useNews(asked.again);
  if (asked.kind !== 'answered') {
    return (
      <>
        <p class="crumb">
          <a href="/holds">What waits</a>
        </p>
        <h1>Held call</h1>
        <NoAnswer asked={asked} />
        {asked.kind === 'refused' && (
          <p>
            <a href={`/calls/${inUrl(call)}`}>What became of it</a>
          </p>
        )}
      </>
    );
  }
  return <Whole hold={asked.value} again={asked.again} />;
}

function Whole({ hold, again }: { readonly hold: HoldView; readonly again: () => void }) {
  const { call, agent, sentence, task, state, expiresAt, since, heldBy, changes, notes } = hold;
  const open = state === 'pending' && Date.parse(expiresAt) > now.value;
  return (
    <article class="hold">
      <header class="hold-head">
        <p class="crumb">
          <a href="/holds">What waits</a>
        </p>
        <h1>
          <Said text={sentence} />
        </h1>
        <p class="quiet">
          <a href={`/agents/${inUrl(agent)}`}>{agent}</a> asked <Ago at={since} />, for the task <Quoted text={task} />.{' '}
          {open && <Countdown to={expiresAt} />}
        </p>
      </header>
      <div class="hold-columns">
        <div class="hold-case">
          <section aria-labelledby="held-by">
            <h2 id="held-by">Why it waits</h2>
            <ul class="lines">
              {heldBy.map(({ rule, text }) => (
                <li key={rule}>
                  <Said text={text} />{' '}
                  <a class="quiet" href={`/policy?rule=${inUrl(rule)}`}>
                    <code>{rule}</code>
                  </a>
                </li>
              ))}
            </ul>
          </section>
          {changes.length > 0 && (
            <section aria-labelledby="changes">
              <h2 id="changes">What a yes changes</h2>
              <ChangeTable changes={changes} />
            </section>
          )}
          <Request hold={hold} />
          <Seen hold={hold} />
          {notes.length > 0 && (
            <section aria-labelledby="notes">
              <h2 id="notes">What the agent said</h2>
              <ul class="lines">
                {notes.map(({ at, text }, index) => (
                  <li key={index}>
                    <span class="quiet">
                      <Moment at={at} seconds />
                    </span>{' '}
                    <Quoted text={text} />
                  </li>
                ))}
              </ul>
            </section>
          )}
          <Earlier hold={hold} />
        </div>
        <aside class="hold-answer" aria-label="Your answer">
          <Foresight hold={hold} />
          <Answer key={state} hold={hold} again={again} />
          <p class="quiet">
            <a href={`/calls/${inUrl(call)}`}>Its whole story</a> · <code>{call}</code>
          </p>
        </aside>
      </div>
    </article>
  );
}

function Request({ hold: { request, upstream } }: { readonly hold: HoldView }) {
  const { fields, opaque } = request;
  return (
    <section aria-labelledby="request">
      <h2 id="request">Exactly what is sent</h2>
      <RequestHead {...request} upstream={upstream} />
      <Fields fields={fields} opaque={opaque} />
    </section>
  );
}

function Seen({ hold: { seen, subject } }: { readonly hold: HoldView }) {
  if (subject === null) return null;
  return (
    <section aria-labelledby="seen">
      <h2 id="seen">
        What it had read of <Said text={subject} />
      </h2>
      {seen === null ? (
        <p class="quiet">Nothing: no answer of this session told of it.</p>
      ) : (
        <>
          <p class="quiet">
            <code>
              <Said text={seen.request} />
            </code>{' '}
            answered {seen.status ?? 'nothing'} <Ago at={seen.at} />
          </p>
          <Fields fields={seen.fields} more={seen.more} none="an empty answer" />
        </>
      )}
    </section>
  );
}

function Earlier({ hold: { earlier, subject } }: { readonly hold: HoldView }) {
  if (subject === null) return null;
  return (
    <section aria-labelledby="earlier">
      <h2 id="earlier">What was done to it before</h2>
      {earlier.length === 0 ? (
        <p class="quiet">Nothing, through this door.</p>
      ) : (
        <>
          <p class="quiet">{counted(earlier.length, 'write')}, the newest first</p>
          <ul class="lines">
            {earlier.map(({ call, text }) => (
              <li key={call}>
                <a href={`/calls/${inUrl(call)}`}>
                  <Said text={text} />
                </a>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
