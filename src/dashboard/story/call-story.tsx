import type { CallShown } from '../../control/contract/story.ts';
import { Mark } from '../parts/mark.tsx';
import { Quoted, Said, Sentence } from '../parts/said.tsx';
import { Stage } from '../parts/stage.tsx';
import { Verdict } from '../parts/verdict.tsx';
import { Ago, Moment } from '../parts/when.tsx';
import type { AgentView } from '../../control/contract/overview.ts';
import { AsText } from './as-text.tsx';
import { Gaps } from './gaps.tsx';
import { Guards } from './guards.tsx';
import { Ledger } from './ledger.tsx';
import { Rules } from './rules.tsx';
import { Timeline } from './timeline.tsx';
import { whyHref } from './why-href.ts';
import { Wire } from './wire.tsx';
import { inUrl } from '../in-url.ts';

interface CallStoryParts {
  readonly story: CallShown;
  readonly text: string;
  readonly again: () => void;
}

/** One call: what it was, why it was decided so, what came of it. */
export function CallStory({ story, text, again }: CallStoryParts) {
  const { summary, agent, at, call, stage, subject, amount, verdict, values, ledger, assessments, who, gaps } = story;
  const [first = '', ...rest] = summary;
  return (
    <article class="story">
      <header class="story-head">
        <p class="quiet story-facts">
          <Verdict verdict={verdict} />
          <a href={`/agents/${inUrl(agent)}`}>{agent}</a>
          <Stage stage={stage as AgentView['stage']} step={null} />
          {amount !== null && <span>{amount}</span>}
          {subject !== null && (
            <a href={whyHref(subject)}>
              <Said text={subject} />
            </a>
          )}
          <Ago at={at} />
        </p>
        <h1>
          <Sentence text={first} />
        </h1>
        {rest.length > 0 && (
          <p class="summary">
            <Sentence text={rest.join(' ')} />
          </p>
        )}
      </header>
      <section aria-labelledby="order">
        <h2 id="order">What happened, in order</h2>
        <Timeline moments={story.moments} omitted={story.omitted} from={at} />
      </section>
      <section aria-labelledby="guards">
        <h2 id="guards">What the guards found</h2>
        <Guards findings={story.findings} />
      </section>
      {values.length > 0 && (
        <section aria-labelledby="values">
          <h2 id="values">Where its values came from</h2>
          <dl class="fields values">
            {values.map(({ name, value, from, careful, call: giver }, index) => (
              <div key={index} class={careful ? 'careful' : undefined}>
                <dt>
                  <Said text={name} />
                </dt>
                <dd>
                  <code>
                    <Said text={value} />
                  </code>
                  <span class="from">
                    {careful && <Mark kind="asks" />} <Sentence text={from} />
                    {giver !== null && (
                      <>
                        {' '}
                        <a href={`/calls/${inUrl(giver)}`}>that call</a>
                      </>
                    )}
                  </span>
                </dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      <section aria-labelledby="wire">
        <h2 id="wire">What was sent, and what came back</h2>
        <Wire story={story} />
      </section>
      {story.policy.rules.length > 0 && (
        <section aria-labelledby="rules">
          <h2 id="rules">Under which rules</h2>
          <Rules policy={story.policy} />
        </section>
      )}
      {ledger !== null && (
        <section aria-labelledby="subject">
          <h2 id="subject">
            Everything done to <Said text={ledger.name} />
          </h2>
          <Ledger ledger={ledger} own={call} />
        </section>
      )}
      {assessments.length > 0 && (
        <section aria-labelledby="assessments">
          <h2 id="assessments">What reviewers thought of it</h2>
          <ul class="lines">
            {assessments.map(({ at: when, by, opinion, reason }, index) => (
              <li key={index}>
                <b>{opinion}</b>, says {by}, <Moment at={when} /> UTC: <Quoted text={reason} />
              </li>
            ))}
          </ul>
        </section>
      )}
      <section aria-labelledby="who">
        <h2 id="who">Who</h2>
        <dl class="fields">
          {who.map(({ name, value }, index) => (
            <div key={index}>
              <dt>
                <Said text={name} />
              </dt>
              <dd>
                <Said text={value} />
              </dd>
            </div>
          ))}
          <div>
            <dt>Call</dt>
            <dd>{call}</dd>
          </div>
        </dl>
      </section>
      <Gaps gaps={gaps} />
      <p class="story-end">
        <button type="button" onClick={again}>
          Ask the journal again
        </button>
      </p>
      <AsText text={text} />
    </article>
  );
}
