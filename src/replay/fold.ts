import type { AgentId } from '../engine/ids.ts';
import type { CandidateFacts } from './candidate-facts.ts';
import type { ChangeKind, ReplayTerms } from './diff.ts';
import type { Doubts } from './doubts.ts';
import { ASSUMED, type Begun, type Judge } from './judge.ts';
import type { Change } from './tally.ts';
import {
  ALLOW,
  CAPTURE,
  DENY,
  EFFECTIVENESSES,
  EventKind,
  HOLD,
  UNJUDGED,
  type RecordedFreeze,
  type Tape,
} from '../warehouse/tape/tape.ts';

/** Who hears what a fold finds. */
export interface Listener {
  /** Every call, in order; certainty and verdict by code. */
  call(row: number, verdict: number, certainty: number): void;
  changed(change: Change): void;
  toldDifferently(row: number): void;
  unjudged(row: number): void;
  began(freeze: Begun, call: number): void;
}

export interface Folding {
  readonly tape: Tape;
  readonly judge: Judge;
  readonly facts: CandidateFacts;
  readonly doubts: Doubts;
  readonly terms: ReplayTerms;
}

/**
 * Folds a candidate over a tape: every call is judged at its own time, on what happened before it as far as the candidate
 * let it happen.
 *
 * - A call that was sent and would be sent ends as it did. One that would not be sent has no end.
 * - One that was not sent and would be ends at once, as `terms.outcomes` says; what it would have been answered is unknown.
 * - What humans did is a fact: a kill, a resume, a word on a held call. A freeze that a guard of the recorded policy began is
 *   not: the candidate's guards begin their own. What such a freeze cut off was cut off all the same, which is in doubt.
 */
export function fold({ tape, judge, facts, doubts, terms }: Folding, listener: Listener): void {
  const { events, calls, dictionaries } = tape;
  const assumed = EFFECTIVENESSES.indexOf(terms.outcomes);
  const said = new SameWords(tape);
  const neutral = terms.stages === 'neutral';
  const heard = (freeze: Begun | undefined, row: number): void => {
    if (freeze !== undefined) listener.began(freeze, row);
  };
  let last = -1;
  for (let index = 0; index < events.size; index += 1) {
    const kind = events.kind[index] as number;
    const ref = events.ref[index] as number;
    const at = events.at[index] as number;
    if (kind === EventKind.call) {
      last = ref;
      if (!facts.made(ref)) continue;
      const other = neutral ? calls.neutral.get(ref) : undefined;
      const wasVerdict = other === undefined ? (calls.verdict[ref] as number) : other.verdict;
      const wasFound = other === undefined ? (calls.found[ref] as number) : other.found;
      const judged = judge.decide(ref);
      const found = judge.found;
      const isUnjudged = judged === UNJUDGED;
      const verdict = isUnjudged ? wasVerdict : judged;
      const changed = neutral ? through(verdict) !== through(wasVerdict) : verdict !== wasVerdict;
      const told =
        changed ||
        (!isUnjudged &&
          !isThrough(verdict) &&
          said.differ(wasFound, found, calls.retryAt[ref] as number, judge.retryAt));
      const certainty = doubts.of(ref, told, judge.forced, isUnjudged);
      listener.call(ref, judged, certainty);
      if (isUnjudged) listener.unjudged(ref);
      else if (changed) {
        const change = changeOf(wasVerdict, verdict);
        listener.changed({
          row: ref,
          kind: change,
          certainty,
          recorded: { verdict: wasVerdict, found: wasFound },
          candidate: { verdict, found },
        });
      } else if (told) listener.toldDifferently(ref);
      heard(judge.decided(ref, verdict), ref);
      if (isThrough(verdict) && !isThrough(calls.verdict[ref] as number))
        heard(judge.ended(ref, at, assumed, ASSUMED), ref);
    } else if (kind === EventKind.ended) {
      heard(judge.ended(ref, at, events.effectiveness[index] as number, events.answer[index] as number), ref);
    } else if (kind === EventKind.frozen) {
      const { agent, trip, by, reason } = tape.freezes[ref] as RecordedFreeze;
      if (by.startsWith('guard:')) {
        if (trip === 'kill' && judge.stopped(dictionaries.agents.text(agent)) !== 'kill') doubts.cut(agent, last);
        continue;
      }
      judge.frozen({ agent: dictionaries.agents.text(agent) as AgentId, at, trip, by, reason });
    } else if (kind === EventKind.resumed) {
      judge.resumed(dictionaries.agents.text(ref), at);
    } else {
      const review = tape.reviews[ref];
      if (review !== undefined) judge.reviewed({ ...review, at });
    }
  }
}

function isThrough(verdict: number): boolean {
  return verdict === ALLOW || verdict === CAPTURE;
}

/** Whatever the stage: let through is let through. */
function through(verdict: number): number {
  return verdict === CAPTURE ? ALLOW : verdict;
}

function changeOf(was: number, is: number): ChangeKind {
  if (is === DENY) return 'blocked';
  if (is === HOLD) return 'held';
  if (!isThrough(was)) return 'allowed';
  return is === CAPTURE ? 'captured' : 'sent';
}

/** Whether two denials tell an agent the same: guard, reason and how long to wait. A rule's name is its place, and moves. */
class SameWords {
  readonly #tape: Tape;
  /** By finding: a number for its guard and reason together. */
  readonly #words = new Map<string, number>();
  readonly #byFound: number[] = [];

  constructor(tape: Tape) {
    this.#tape = tape;
  }

  differ(was: number, is: number, wasUntil: number, isUntil: number): boolean {
    if (was !== is && this.#wordsOf(was) !== this.#wordsOf(is)) return true;
    return wasUntil !== isUntil && !(Number.isNaN(wasUntil) && Number.isNaN(isUntil));
  }

  #wordsOf(found: number): number {
    const known = this.#byFound[found];
    if (known !== undefined) return known;
    const [guard, , reason] = this.#tape.dictionaries.founds.text(found).split('\t');
    const text = `${guard}\t${reason}`;
    const words = this.#words.get(text) ?? this.#words.size;
    this.#words.set(text, words);
    this.#byFound[found] = words;
    return words;
  }
}
