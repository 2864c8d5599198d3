import type { AccountShown } from '../../control/contract/story.ts';
import { Said, Sentence } from '../parts/said.tsx';
import { counted } from '../words.ts';
import { AskWhy } from './ask-why.tsx';
import { AsText } from './as-text.tsx';
import { Gaps } from './gaps.tsx';
import { Ledger } from './ledger.tsx';
import { Timeline } from './timeline.tsx';
import { inUrl } from '../in-url.ts';

/** Everything that was done to something, or by somebody. */
export function AccountStory({ account, text }: { readonly account: AccountShown; readonly text: string }) {
  const { role, name, summary, ledger, moments, stories, untold, gaps } = account;
  return (
    <article class="story">
      <header class="story-head">
        <AskWhy about={name} />
        <h1>
          {role === 'id' ? '' : `${role} `}
          <Said text={name} />
        </h1>
        <p class="summary">
          <Sentence text={summary.join(' ')} />
        </p>
      </header>
      {stories.length > 0 && (
        <section aria-labelledby="stories">
          <h2 id="stories">What matters most</h2>
          <ul class="lines">
            {stories.map((story) => (
              <li key={story.call}>
                <a href={`/calls/${inUrl(story.call)}`}>
                  <Sentence text={story.summary[0] ?? story.call} />
                </a>{' '}
                <span class="quiet">
                  <Sentence text={story.summary.slice(1).join(' ')} />
                </span>
              </li>
            ))}
          </ul>
          {untold > 0 && <p class="quiet">{counted(untold, 'more write')} below.</p>}
        </section>
      )}
      <section aria-labelledby="ledger">
        <h2 id="ledger">Every write</h2>
        <Ledger ledger={ledger} />
      </section>
      {moments.length > 0 && (
        <section aria-labelledby="moments">
          <h2 id="moments">Notes, stops and stages</h2>
          <Timeline moments={moments} />
        </section>
      )}
      <Gaps gaps={gaps} />
      <AsText text={text} />
    </article>
  );
}
