import type { HoldView, Obstacle } from '../../control/contract/holds.ts';
import { Mark } from '../parts/mark.tsx';
import { Said } from '../parts/said.tsx';
import { Moment } from '../parts/when.tsx';
import { inUrl } from '../in-url.ts';

/** What comes of a yes, said before it is given. */
export function Foresight({ hold: { leadsTo, obstacles, agent, frozen } }: { readonly hold: HoldView }) {
  if (leadsTo === null) return null;
  if (leadsTo === 'refused') {
    return (
      <div class="foresight stands">
        <p>
          <Mark kind="asks" /> <b>A yes alone is not enough.</b> Sent again now, it would be refused:
        </p>
        <ul>
          {obstacles.map((obstacle) => (
            <li key={obstacle.rule}>
              <Said text={obstacle.text} /> <span class="quiet">{LIFTING[obstacle.lifts]}</span>
              {obstacle.at !== null && (
                <span class="quiet">
                  {' '}
                  From <Moment at={obstacle.at} /> UTC on.
                </span>
              )}
            </li>
          ))}
        </ul>
        {frozen && (
          <p>
            <a href={`/agents/${inUrl(agent)}`}>Look at {agent}</a>
          </p>
        )}
      </div>
    );
  }
  return (
    <p class="foresight">
      <Mark kind="good" />{' '}
      {leadsTo === 'captured'
        ? 'A yes is enough. Its agent works in shadow, so the call is captured and nothing is sent.'
        : 'A yes is enough: sent again as things stand, it goes to the business.'}
    </p>
  );
}

const LIFTING: Readonly<Record<Obstacle['lifts'], string>> = {
  person: 'A person can lift that.',
  agent: 'Its agent can lift that itself, and mostly does so before it sends again.',
  time: 'Time lifts that.',
  nobody: 'Nothing lifts that.',
};
