import { assert } from '../../std/assert.ts';
import type { AmountFact, Call, Particulars } from '../../engine/call.ts';
import { sameness } from '../../engine/guards/once.ts';
import type { AnswerFactsJson } from '../../journal/entry.ts';
import { Reel } from './reel.ts';
import { RowKind, type ReplayRow } from './rows.ts';
import {
  ALLOW,
  CAPTURE,
  EFFECTIVENESSES,
  EFFECTS,
  EventKind,
  foundText,
  NO_AMOUNT,
  ODD_AMOUNT,
  STAGES,
  VERDICTS,
  type Tape,
} from './tape.ts';
import { TextColumn } from './words.ts';

/** Of a part alone, beside the kinds of {@link EventKind}: a call that began before it ended; `ref` is its place in {@link Outside.ended}. */
export const ENDED_OUTSIDE = 5;

/** What a part that is recorded for itself cannot know. */
export class Outside {
  /** The ids of ended calls that did not begin in the part before they ended. */
  readonly ended = new TextColumn();
  /** Every id that was let through in the part so far. */
  readonly began = new Set<string>();
}

/** Makes a tape of rows, in the journal's order. */
export class TapeRecorder {
  readonly reel: Reel;
  /** Of a part: what it knows of calls that began before it. */
  readonly #outside: Outside | undefined;

  /** @param outside where a part of a journal is recorded for itself: gets the ends of what began before it */
  constructor(source = 0, outside?: Outside) {
    this.reel = new Reel(source);
    this.#outside = outside;
  }

  get calls(): number {
    return this.reel.calls;
  }

  row(row: ReplayRow): void {
    switch (row.kind) {
      case RowKind.call:
        this.#event(EventKind.call, row.at, this.calls);
        return this.#call(row);
      case RowKind.ended:
        return this.#ended(row);
      case RowKind.frozen: {
        const { agent, effectiveness, by, reason } = row;
        this.#event(EventKind.frozen, row.at, this.reel.freezes.length);
        const trip = effectiveness === 'kill' ? 'kill' : 'freeze';
        this.reel.freezes.push({
          agent: this.reel.words.agents.id(text(agent)),
          trip,
          by: text(by),
          reason: text(reason),
        });
        return;
      }
      case RowKind.resumed:
        return this.#event(EventKind.resumed, row.at, this.reel.words.agents.id(text(row.agent)));
      case RowKind.reviewed: {
        const { call, effectiveness, by, reason } = row;
        this.#event(EventKind.reviewed, row.at, this.reel.reviews.length);
        const approved = effectiveness === 'approved';
        this.reel.reviews.push({ call: text(call), approved, by: text(by), reason: text(reason) });
        return;
      }
      case RowKind.policy:
        this.reel.named(text(row.digest));
    }
  }

  done(): Tape {
    return this.reel.tape();
  }

  #event(kind: number, at: number, ref: number, effectiveness = 0, answer = 0): void {
    const events = this.reel.events;
    events.kind.push(kind);
    events.at.push(at);
    events.ref.push(ref);
    events.effectiveness.push(effectiveness);
    events.answer.push(answer);
  }

  #ended(row: ReplayRow): void {
    const { open } = this.reel;
    const id = text(row.call);
    const call = open.get(id);
    // It never was let through, or it ended before: nobody counts it twice.
    if (call === undefined && this.#outside?.began.has(id) !== false) return;
    open.delete(id);
    const { at, effectiveness, status, answer } = row;
    const facts = answer === undefined ? undefined : (JSON.parse(text(answer)) as AnswerFactsJson);
    const place = facts === undefined ? 0 : this.reel.answers.push(status === undefined ? null : Number(status), facts);
    const how = codeOf(EFFECTIVENESSES, text(effectiveness));
    if (call !== undefined) this.#event(EventKind.ended, at, call, how, place);
    else if (this.#outside !== undefined) {
      this.#event(ENDED_OUTSIDE, at, this.#outside.ended.size, how, place);
      this.#outside.ended.push(id);
    }
  }

  #call(row: ReplayRow): void {
    const c = this.reel.columns;
    const w = this.reel.words;
    const place = this.calls;
    const [agent, grant, session] = [text(row.agent), text(row.grant), text(row.session)];
    const id = text(row.call);
    const verdict = codeOf(VERDICTS, text(row.verdict));
    this.reel.id.push(id);
    if (verdict === ALLOW || verdict === CAPTURE) {
      this.reel.open.set(id, place);
      this.#outside?.began.add(id);
    }
    c.seq.push(row.seq);
    c.at.push(row.at);
    c.policy.push(this.reel.policy);
    c.agent.push(w.agents.id(agent));
    c.grant.push(w.grants.id(grant));
    c.task.push(w.tasks.id(text(row.task)));
    c.session.push(w.sessions.id(session));
    c.run.push(w.runs.id(`${agent}\n${grant}\n${session}`));
    c.stage.push(codeOf(STAGES, text(row.stage)));
    c.route.push(w.routes.id(text(row.route)));
    c.upstream.push(w.upstreams.id(text(row.upstream)));
    c.effect.push(codeOf(EFFECTS, text(row.effect)));
    const subject = row.subject === undefined ? undefined : text(row.subject);
    // An empty subject is one all the same; none of the words for "none" can be mistaken for it.
    c.subject.push(subject === undefined ? 0 : w.subjects.id(`=${subject}`));
    c.same.push(subject === undefined ? 0 : w.sames.id(`=${sameness(subject)}`));
    this.#amount(place, row);
    c.items.push(row.items === undefined ? -1 : Number(row.items));
    this.reel.fingerprints.push(text(row.fingerprint));
    c.key.push(row.key === undefined ? 0 : w.keys.id(`=${text(row.key)}`));
    c.granted.push(row.granted === false ? 0 : 1);
    c.conditions.push(row.conditions === undefined ? 0 : w.conditions.id(text(row.conditions)));
    c.verdict.push(verdict);
    c.found.push(this.#found(row.guard, row.rule, row.reason));
    c.retryAt.push(row.retry_at === undefined ? Number.NaN : Number(row.retry_at));
    this.#rare(place, row);
  }

  #amount(place: number, { micros, currency, amount_fault: fault }: ReplayRow): void {
    const c = this.reel.columns;
    const isOdd = micros === undefined ? fault !== undefined : !Number.isSafeInteger(Number(micros));
    if (isOdd) {
      const amount: AmountFact =
        micros === undefined
          ? { fault: text(fault) as 'missing' | 'malformed' | 'currency' }
          : { micros: BigInt(micros), currency: text(currency) };
      this.reel.sparse.amounts.set(place, amount);
    }
    c.currency.push(
      isOdd ? ODD_AMOUNT : micros === undefined ? NO_AMOUNT : this.reel.words.currencies.id(text(currency)),
    );
    c.micros.push(isOdd || micros === undefined ? 0 : Number(micros));
  }

  #rare(place: number, row: ReplayRow): void {
    const { envelopes, particulars, unanswerable, befores, neutral } = this.reel.sparse;
    if (row.envelope !== undefined) envelopes.set(place, text(row.envelope));
    if (row.particulars !== undefined) particulars.set(place, JSON.parse(text(row.particulars)) as Particulars);
    if (row.unanswerable !== undefined) {
      unanswerable.set(place, JSON.parse(text(row.unanswerable)) as NonNullable<Call['unanswerable']>);
    }
    if (row.before !== undefined) befores.set(place, text(row.before));
    if (row.neutral_verdict === undefined) return;
    const found = this.#found(row.neutral_guard, row.neutral_rule, row.neutral_reason);
    neutral.set(place, { verdict: codeOf(VERDICTS, text(row.neutral_verdict)), found });
  }

  #found(guard: Cell, rule: Cell, reason: Cell): number {
    return guard === undefined ? 0 : this.reel.words.founds.id(foundText(text(guard), text(rule), text(reason)));
  }
}

type Cell = string | number | bigint | boolean | undefined;

function text(cell: Cell): string {
  return typeof cell === 'string' ? cell : '';
}

function codeOf(names: readonly string[], name: string): number {
  const code = names.indexOf(name);
  assert(code !== -1, `a record says \`${name}\`, which is none of ${names.join(', ')}`);
  return code;
}
