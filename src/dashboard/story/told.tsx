import { unreachable } from '../../std/assert.ts';
import type { WhyView } from '../../control/contract/lookups.ts';
import type { ChoiceShown, NothingShown } from '../../control/contract/story.ts';
import { useAnswer } from '../parts/answer.ts';
import { NoAnswer } from '../parts/empty.tsx';
import { Said } from '../parts/said.tsx';
import { counted } from '../words.ts';
import { AccountStory } from './account.tsx';
import { AskWhy } from './ask-why.tsx';
import { CallStory } from './call-story.tsx';
import { whyHref } from './why-href.ts';
import { inUrl } from '../in-url.ts';

/** The journal's answer to one question, whatever kind it is. */
export function Told({ about }: { readonly about: string }) {
  const asked = useAnswer<WhyView>(`/v1/why?what=${inUrl(about)}`);
  if (asked.kind !== 'answered') {
    return (
      <>
        <h1>
          <Said text={about} />
        </h1>
        <NoAnswer asked={asked} />
      </>
    );
  }
  const { shown, text } = asked.value;
  switch (shown.kind) {
    case 'call':
      return <CallStory story={shown} text={text} again={asked.again} />;
    case 'account':
      return <AccountStory account={shown} text={text} />;
    case 'choice':
      return <Choice about={about} choice={shown} />;
    case 'nothing':
      return <Nothing about={about} nothing={shown} />;
    default:
      return unreachable(shown);
  }
}

function Choice({ about, choice: { candidates } }: { readonly about: string; readonly choice: ChoiceShown }) {
  return (
    <>
      <h1>
        <Said text={about} /> means more than one thing
      </h1>
      <ul class="lines choices">
        {candidates.map(({ role, name, agent, ask, mentions }) => (
          <li key={ask}>
            <a href={whyHref(ask)}>
              the {role} <Said text={name} />
            </a>{' '}
            <span class="quiet">
              {agent !== null && `of ${agent}, `}mentioned {counted(mentions, 'time')}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Nothing({
  about,
  nothing: { records, nearest, misnamed },
}: {
  readonly about: string;
  readonly nothing: NothingShown;
}) {
  return (
    <>
      <h1>
        Nothing is known of <Said text={about} />
      </h1>
      <p>
        {misnamed === null ? `None of the journal’s ${counted(records, 'record')} has it.` : <Said text={misnamed} />}
      </p>
      {nearest.length > 0 && (
        <p>
          Was it{' '}
          {nearest.map((each, index) => (
            <span key={each}>
              {index > 0 && ', '}
              <a href={whyHref(each)}>
                <Said text={each} />
              </a>
            </span>
          ))}
          ?
        </p>
      )}
      <AskWhy about={about} />
    </>
  );
}
