import type { Moment } from '../../control/contract/story.ts';
import { Mark } from '../parts/mark.tsx';
import type { MarkKind } from '../parts/shapes.ts';
import { Said } from '../parts/said.tsx';
import { clockTime, counted, span } from '../words.ts';
import { inUrl } from '../in-url.ts';

/** The mark of each kind, and the word for whoever cannot see it. */
const MARKS: Readonly<Record<Moment['kind'], readonly [mark: MarkKind, word: string]>> = {
  read: ['call', 'read'],
  write: ['allow', 'write'],
  unknown: ['fail', 'outcome unknown'],
  denied: ['deny', 'refused'],
  held: ['hold', 'held'],
  captured: ['capture', 'captured'],
  note: ['note', 'note'],
  approved: ['good', 'approved'],
  refused: ['bad', 'refused by a person'],
  answer: ['call', 'answer'],
  stop: ['freeze', 'stopped'],
  page: ['note', 'page'],
  resume: ['resume', 'resumed'],
  stage: ['note', 'stands elsewhere'],
};

interface TimelineParts {
  readonly moments: readonly Moment[];
  readonly omitted?: { readonly before: number; readonly after: number };
  /** Times are told from then. */
  readonly from?: string;
}

/** What happened, from top to bottom. */
export function Timeline({ moments, omitted, from }: TimelineParts) {
  return (
    <>
      {omitted !== undefined && omitted.before > 0 && (
        <p class="quiet">{counted(omitted.before, 'earlier call')} of this session not shown.</p>
      )}
      <ol class="timeline">
        {moments.map((moment, index) => (
          <One key={index} moment={moment} from={from} day={isNewDay(moments, index)} />
        ))}
      </ol>
      {omitted !== undefined && omitted.after > 0 && (
        <p class="quiet">{counted(omitted.after, 'later call')} of this session not shown.</p>
      )}
    </>
  );
}

const dayOf = ({ at }: Moment): string => at.slice(0, 10);

function isNewDay(moments: readonly Moment[], index: number): boolean {
  const [one, before] = [moments[index], moments[index - 1]];
  return one !== undefined && (before === undefined || dayOf(one) !== dayOf(before));
}

interface OneParts {
  readonly moment: Moment;
  readonly from: string | undefined;
  readonly day: boolean;
}

function One({ moment, from, day }: OneParts) {
  const { at, kind, who, what, more, call, main, gave } = moment;
  const [mark, word] = MARKS[kind];
  return (
    <li class={main ? 'self' : undefined}>
      <time dateTime={at}>
        {day && <small>{dayOf(moment)}</small>}
        {clockTime(Date.parse(at))}
        {from !== undefined && <small>{main ? 'this call' : offset(at, from)}</small>}
      </time>
      <span class="dot">
        <Mark kind={mark} />
        <span class="unseen">{word}</span>
      </span>
      <div>
        <p>
          <b>
            <Said text={who} />
          </b>{' '}
          <Said text={what} />
          {gave.map(({ name, careful }) => (
            <a key={name} class={careful ? 'gave careful' : 'gave'} href="#values" onClick={toValues}>
              gave <Said text={name} />
            </a>
          ))}
        </p>
        {more !== null && (
          <p class="more">
            <Said text={more} />
          </p>
        )}
        {call !== null && !main && (
          <p class="more">
            <a href={`/calls/${inUrl(call)}`}>{call}</a>
          </p>
        )}
      </div>
    </li>
  );
}

function toValues(event: Event): void {
  event.preventDefault();
  document.querySelector('#values')?.scrollIntoView({ block: 'start' });
}

function offset(at: string, from: string): string {
  const ms = Date.parse(at) - Date.parse(from);
  return ms === 0 ? 'at once' : `${ms < 0 ? '−' : '+'}${span(Math.abs(ms))}`;
}
