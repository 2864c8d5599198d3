import type { Instant } from '../../std/clock.ts';
import type { Proof } from '../../journal/user-entry.ts';
import type { CallStory, NoteTold, PageTold, StandingTold, Step, Stop, Traced } from '../../warehouse/why/told.ts';
import { becauseOf, deed, person, quoted, spoken } from '../../warehouse/why/wording.ts';
import { isRecorded, recordedDeed, wouldHave } from '../../warehouse/why/recorded.ts';
import { byWords, failureWords } from '../../warehouse/why/summary.ts';
import { standingWords } from './standing-words.ts';

/** One thing that happened, on a story's timeline. */
export interface Moment {
  readonly at: Instant;
  readonly kind: MomentKind;
  /** Who did it. */
  readonly who: string;
  readonly what: string;
  /** One line more. */
  readonly more: string | null;
  readonly call: string | null;
  /** The request that the story is about, as it went or was kept from going. */
  readonly main: boolean;
  /** Values of that request which this gave, by name. */
  readonly gave: readonly Given[];
}

/** A value of the request; `careful`: it stood only within a text. */
export interface Given {
  readonly name: string;
  readonly careful: boolean;
}

export type MomentKind =
  | 'read'
  | 'write'
  | 'unknown'
  | 'denied'
  | 'held'
  | 'captured'
  | 'note'
  | 'approved'
  | 'refused'
  | 'answer'
  | 'stop'
  | 'page'
  | 'resume'
  | 'stage';

/** What led to a call, the call, and what came of it, in time. */
export function timelineOf(story: CallStory): readonly Moment[] {
  const gave = givers(story.values);
  const { step } = story;
  const told: Moment[] = [
    ...story.before.steps.map((one) => stepMoment(one, gave.get(one.call) ?? [])),
    ...(story.reread === null
      ? []
      : [
          {
            ...stepMoment(story.reread, []),
            who: 'door',
            what: `read ${story.reread.subject === null ? story.reread.target : spoken(story.reread.subject)} again, to judge it`,
          },
        ]),
    ...story.notes.map((note) => noteMoment(note, step)),
    ...(story.hold?.call === step.call
      ? [mainMoment(story), ...holdMoments(story)]
      : [...holdMoments(story), mainMoment(story)]),
    ...answerMoment(story),
    ...story.after.steps.map((one) => stepMoment(one, [])),
    ...story.stops.flatMap(stopMoments),
    ...story.standings.flatMap(standingMoments),
    ...laterElsewhere(story),
  ];
  // Stable, so what was written first at one instant stands first.
  return told.toSorted((a, b) => a.at - b.at);
}

/** By call: the names of the values that its answer gave. */
function givers(values: readonly Traced[]): ReadonlyMap<string, readonly Given[]> {
  const found = new Map<string, Given[]>();
  for (const one of values) {
    const { origin } = one;
    const seen =
      origin.kind === 'answer' ? (origin.latest ?? origin.earliest) : origin.kind === 'text' ? origin.seen : undefined;
    if (seen !== undefined)
      found.set(seen.call, [
        ...(found.get(seen.call) ?? []),
        { name: valueName(one), careful: origin.kind === 'text' },
      ]);
  }
  return found;
}

export const valueName = ({ in: where, path }: Pick<Traced, 'in' | 'path'>): string =>
  where === 'path' ? 'address' : path;

function stepMoment(step: Step, gave: readonly Given[]): Moment {
  return {
    at: step.at,
    kind: kindOf(step),
    who: step.agent,
    what: whatOf(step),
    more: moreOf(step),
    call: step.call,
    main: false,
    gave,
  };
}

function kindOf({ effect, verdict, end }: Step): MomentKind {
  if (end?.origin !== 'recorded') {
    if (verdict === 'deny') return 'denied';
    if (verdict === 'hold') return 'held';
    if (verdict === 'capture') return 'captured';
  }
  if (effect === 'read') return 'read';
  return end === null || end.effectiveness === 'unknown'
    ? 'unknown'
    : end.effectiveness === 'ineffective'
      ? 'denied'
      : 'write';
}

function whatOf(step: Step): string {
  if (isRecorded(step)) {
    const would = wouldHave({ verdict: step.verdict, because: null });
    return `${recordedDeed(step)}${would === '' ? '' : `; ${would}`}`;
  }
  if (step.verdict === 'deny') return `wanted to ${deed(step, 'wish')}: refused`;
  if (step.verdict === 'hold') return `wanted to ${deed(step, 'wish')}: has to wait for a human`;
  if (step.verdict === 'capture') return `meant to ${deed(step, 'wish')}: kept, not sent`;
  if (step.end?.effectiveness === 'effective') return deed(step, 'fact');
  if (step.effect === 'read') return `asked to ${deed(step, 'wish')}`;
  return step.end?.effectiveness === 'ineffective'
    ? `tried to ${deed(step, 'wish')}: did not happen`
    : `asked to ${deed(step, 'wish')}: nobody saw the outcome`;
}

function moreOf({ method, target, verdict, because, end }: Step): string {
  const request = `${method} ${target}`;
  if (because !== null && verdict !== 'allow' && verdict !== 'capture' && end?.origin !== 'recorded')
    return `${request}: ${becauseOf(because)}`;
  return `${request}${end === null ? '' : `, ${end.status === null ? failureWords(end.failure) : `answered ${end.status}`}`}${originWords(end?.origin)}`;
}

const originWords = (origin: string | undefined): string =>
  origin === undefined || origin === 'real'
    ? ''
    : origin === 'overlay'
      ? ', with its own captured writes put in'
      : origin === 'synthetic'
        ? ', made up by the door'
        : ', as recorded';

export function noteMoment({ at, text, about }: NoteTold, { agent }: Pick<Step, 'agent'>): Moment {
  return {
    at,
    kind: 'note',
    who: agent,
    what: `noted: ${quoted(text, 240)}`,
    more: about === null ? null : `about ${about}`,
    call: null,
    main: false,
    gave: [],
  };
}

function holdMoments({ hold, step, before }: CallStory): readonly Moment[] {
  if (hold === null) return [];
  const plain = { call: hold.call, main: false, gave: [] };
  const held: Moment[] =
    hold.call === step.call || before.steps.some(({ call }) => call === hold.call)
      ? []
      : [
          {
            at: hold.since,
            kind: 'held',
            who: step.agent,
            what: `wanted to ${deed(step, 'wish')}: has to wait for a human`,
            more: hold.call,
            ...plain,
          },
        ];
  return [
    ...held,
    ...hold.pages.map(pageMoment),
    ...hold.reviews.map(({ at, approved, by, reason, proof }): Moment => ({
      at,
      kind: approved ? 'approved' : 'refused',
      who: person(by),
      what: approved ? 'approved exactly this request, once' : 'refused it',
      more: withProof(reason, proof),
      ...plain,
    })),
  ];
}

function mainMoment({ step }: CallStory): Moment {
  const { method, target, upstream, because, verdict } = step;
  const more = `${method} ${target} to ${upstream}`;
  const what = verdict === 'allow' && !isRecorded(step) ? `sent the request to ${deed(step, 'wish')}` : whatOf(step);
  return {
    at: step.at,
    kind: verdict === 'allow' && !isRecorded(step) ? (kindOf(step) === 'read' ? 'read' : 'write') : kindOf(step),
    who: step.agent,
    what,
    more: because === null || verdict === 'capture' ? more : `${more}: ${becauseOf(because)}`,
    call: step.call,
    main: true,
    gave: [],
  };
}

function answerMoment({ step }: CallStory): readonly Moment[] {
  const { end, verdict } = step;
  if (end === null) return [];
  const who = end.origin === 'real' || end.origin === 'recorded' ? step.upstream : 'door';
  const what = end.crashed
    ? 'the door ended; at its next start no outcome was known'
    : end.status === null
      ? failureWords(end.failure)
      : `answered ${end.status}`;
  const effect = {
    effective: 'it took effect',
    ineffective: 'it did not happen',
    unknown: 'nobody knows whether it happened; it counts as spent',
  }[end.effectiveness];
  const kind = end.effectiveness === 'unknown' ? 'unknown' : end.effectiveness === 'ineffective' ? 'denied' : 'answer';
  return [
    {
      at: end.at,
      kind,
      who: end.crashed ? 'door' : who,
      what,
      more:
        step.effect === 'read'
          ? null
          : verdict === 'capture' && end.origin !== 'recorded'
            ? `nothing was sent${originWords(end.origin)}`
            : `${effect}${originWords(end.origin)}`,
      call: null,
      main: false,
      gave: [],
    },
  ];
}

export function stopMoments(stop: Stop): readonly Moment[] {
  const { agent, at, trip, reason, cause, call, severed, resumed, assents, pages } = stop;
  const why =
    cause === null
      ? quoted(reason)
      : [
          cause.reason.replaceAll('_', ' '),
          cause.observed,
          cause.limit === undefined ? undefined : `the limit is ${cause.limit}`,
        ]
          .filter(Boolean)
          .join('; ');
  const cut = severed.length === 0 ? '' : `; ${severed.length} under way cut off`;
  const plain = { call, main: false, gave: [] };
  const [firstPage] = pages;
  return [
    {
      at,
      kind: 'stop',
      who: byWords(stop),
      what: `${trip === 'kill' ? 'killed' : 'froze'} ${agent}`,
      more: why + cut + proven(stop.proof),
      ...plain,
    },
    ...pages.filter(({ page }) => page === firstPage?.page).map(pageMoment),
    ...assents.map(({ at: when, by, reason: said, proof }): Moment => ({
      at: when,
      kind: 'approved',
      who: person(by),
      what: `agreed that ${agent} may work again`,
      more: withProof(said, proof),
      ...plain,
      call: null,
    })),
    ...(resumed === null
      ? []
      : [
          {
            at: resumed.at,
            kind: 'resume' as const,
            who: person(resumed.by),
            what: `let ${agent} work again`,
            more: withProof(resumed.reason, resumed.proof),
            ...plain,
            call: null,
          },
        ]),
  ];
}

/** What somebody said, and how they had shown who they are. */
function withProof(reason: string, proof: Proof | undefined): string | null {
  const said = `${reason === '' ? '' : quoted(reason)}${proven(proof)}`.replace(/^; /, '');
  return said === '' ? null : said;
}

/** Nothing where the record says nothing: then the name is what somebody typed. */
function proven(proof: Proof | undefined): string {
  if (proof === undefined) return '';
  return proof === 'token' ? '; who it was is proven by a token' : '; who it was is proven by the identity provider';
}

export function standingMoments(told: StandingTold): readonly Moment[] {
  const { at, pages } = told;
  const plain = { call: null, main: false, gave: [] };
  return [{ at, kind: 'stage', ...standingWords(told), ...plain }, ...pages.map(pageMoment)];
}

function pageMoment({ at, channel, outcome, attempts, detail, page }: PageTold): Moment {
  const what =
    outcome === 'sent'
      ? 'was told'
      : outcome === 'failed'
        ? 'could not be told so far'
        : 'was given up: nobody was told there';
  const tries = attempts > 1 ? ` at attempt ${attempts}` : '';
  return {
    at,
    kind: 'page',
    who: channel,
    what: what + tries,
    more: detail ?? page,
    call: null,
    main: false,
    gave: [],
  };
}

/** What others did to the same subject afterwards. */
function laterElsewhere({ subject, step, before, after }: CallStory): readonly Moment[] {
  const known = new Set([step.call, step.approval, ...[...before.steps, ...after.steps].map(({ call }) => call)]);
  return (subject?.steps ?? [])
    .filter(({ call, seq }) => seq > step.seq && !known.has(call))
    .slice(0, 10)
    .map((one) => stepMoment(one, []));
}
