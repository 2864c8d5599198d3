import { assert } from '../std/assert.ts';
import type { AmountFact, Call, Particulars } from '../engine/call.ts';
import type { AnswerFacts } from '../engine/event.ts';
import { sameness } from '../engine/guards/once.ts';
import type { AnswerFactsJson } from '../journal/entry.ts';
import { answerOf } from '../journal/facts.ts';
import { RowKind, type ReplayRow } from './columns.ts';
import { codes, counts, floats, signed } from './growing.ts';
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
  type RecordedFreeze,
  type RecordedPolicyPlace,
  type RecordedReview,
  type Tape,
} from './tape.ts';
import { TextColumn, Words } from './words.ts';

/** Makes a tape of rows, in the journal's order. */
export class TapeRecorder {
  readonly #source: number;
  readonly #events = { kind: codes(), at: floats(), ref: counts(), effectiveness: codes(), answer: counts() };
  readonly #id = new TextColumn();
  readonly #columns = {
    seq: floats(),
    at: floats(),
    policy: counts(),
    agent: counts(),
    grant: counts(),
    task: counts(),
    session: counts(),
    run: counts(),
    stage: codes(),
    route: counts(),
    effect: codes(),
    subject: counts(),
    same: counts(),
    currency: counts(),
    micros: floats(),
    items: signed(),
    fingerprint: counts(),
    key: counts(),
    granted: codes(),
    conditions: counts(),
    verdict: codes(),
    found: counts(),
    retryAt: floats(),
  };
  readonly #sparse = {
    amounts: new Map<number, AmountFact>(),
    envelopes: new Map<number, string>(),
    particulars: new Map<number, Particulars>(),
    unanswerable: new Map<number, NonNullable<Call['unanswerable']>>(),
    befores: new Map<number, string>(),
    neutral: new Map<number, { readonly verdict: number; readonly found: number }>(),
  };
  readonly #words = {
    agents: new Words(),
    grants: new Words(),
    tasks: new Words(),
    sessions: new Words(),
    runs: new Words(),
    routes: new Words(),
    subjects: new Words(''),
    sames: new Words(''),
    currencies: new Words('', '?'),
    fingerprints: new Words(),
    keys: new Words(''),
    conditions: new Words('{}'),
    founds: new Words(''),
  };
  readonly #answers: AnswerFacts[] = [NOBODY_SAW];
  readonly #policies: RecordedPolicyPlace[] = [];
  readonly #freezes: RecordedFreeze[] = [];
  readonly #reviews: RecordedReview[] = [];
  /** Calls whose end has not come yet, by id. */
  readonly #open = new Map<string, number>();
  #policy = 0;

  /** @param source the place of its data directory among those that are replayed */
  constructor(source = 0) {
    this.#source = source;
  }

  /** How many calls there are so far: the row of the next one. */
  get calls(): number {
    return this.#columns.at.size;
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
        this.#event(EventKind.frozen, row.at, this.#freezes.length);
        const trip = effectiveness === 'kill' ? 'kill' : 'freeze';
        this.#freezes.push({ agent: this.#words.agents.id(text(agent)), trip, by: text(by), reason: text(reason) });
        return;
      }
      case RowKind.resumed:
        return this.#event(EventKind.resumed, row.at, this.#words.agents.id(text(row.agent)));
      case RowKind.reviewed: {
        const { call, effectiveness, by, reason } = row;
        this.#event(EventKind.reviewed, row.at, this.#reviews.length);
        const approved = effectiveness === 'approved';
        this.#reviews.push({ call: text(call), approved, by: text(by), reason: text(reason) });
        return;
      }
      case RowKind.policy:
        return this.#named(text(row.digest));
    }
  }

  done(): Tape {
    const { kind, at, ref, effectiveness, answer } = this.#events;
    const c = this.#columns;
    const whole = Object.fromEntries(Object.entries(c).map(([name, column]) => [name, column.whole()]));
    return {
      events: {
        size: kind.size,
        kind: kind.whole(),
        at: at.whole(),
        ref: ref.whole(),
        effectiveness: effectiveness.whole(),
        answer: answer.whole(),
      },
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every column of `#columns`, whole
      calls: { size: this.calls, id: this.#id, ...whole, ...this.#sparse } as unknown as Tape['calls'],
      dictionaries: { ...this.#words, answers: this.#answers },
      policies: this.#policies,
      freezes: this.#freezes,
      reviews: this.#reviews,
    };
  }

  #event(kind: number, at: number, ref: number, effectiveness = 0, answer = 0): void {
    const events = this.#events;
    events.kind.push(kind);
    events.at.push(at);
    events.ref.push(ref);
    events.effectiveness.push(effectiveness);
    events.answer.push(answer);
  }

  #named(digest: string): void {
    const source = this.#source;
    const known = this.#policies.findIndex((one) => one.digest === digest);
    this.#policy = known === -1 ? this.#policies.push({ digest, source }) - 1 : known;
  }

  #ended({ at, call, effectiveness, status, answer }: ReplayRow): void {
    const row = this.#open.get(text(call));
    // It never was let through, or it ended before: nobody counts it twice.
    if (row === undefined) return;
    this.#open.delete(text(call));
    const facts = answer === undefined ? undefined : (JSON.parse(text(answer)) as AnswerFactsJson);
    const seen = answerOf({ status: status === undefined ? null : Number(status), ...(facts && { facts }) });
    const place = seen === undefined ? 0 : this.#answers.push(seen) - 1;
    this.#event(EventKind.ended, at, row, codeOf(EFFECTIVENESSES, text(effectiveness)), place);
  }

  #call(row: ReplayRow): void {
    const c = this.#columns;
    const w = this.#words;
    const place = this.calls;
    const [agent, grant, session] = [text(row.agent), text(row.grant), text(row.session)];
    const id = text(row.call);
    const verdict = codeOf(VERDICTS, text(row.verdict));
    this.#id.push(id);
    if (verdict === ALLOW || verdict === CAPTURE) this.#open.set(id, place);
    c.seq.push(row.seq);
    c.at.push(row.at);
    c.policy.push(this.#policy);
    c.agent.push(w.agents.id(agent));
    c.grant.push(w.grants.id(grant));
    c.task.push(w.tasks.id(text(row.task)));
    c.session.push(w.sessions.id(session));
    c.run.push(w.runs.id(`${agent}\n${grant}\n${session}`));
    c.stage.push(codeOf(STAGES, text(row.stage)));
    c.route.push(w.routes.id(text(row.route)));
    c.effect.push(codeOf(EFFECTS, text(row.effect)));
    const subject = row.subject === undefined ? undefined : text(row.subject);
    // An empty subject is one all the same; none of the words for "none" can be mistaken for it.
    c.subject.push(subject === undefined ? 0 : w.subjects.id(`=${subject}`));
    c.same.push(subject === undefined ? 0 : w.sames.id(`=${sameness(subject)}`));
    this.#amount(place, row);
    c.items.push(row.items === undefined ? -1 : Number(row.items));
    c.fingerprint.push(w.fingerprints.id(text(row.fingerprint)));
    c.key.push(row.key === undefined ? 0 : w.keys.id(`=${text(row.key)}`));
    c.granted.push(row.granted === false ? 0 : 1);
    c.conditions.push(row.conditions === undefined ? 0 : w.conditions.id(text(row.conditions)));
    c.verdict.push(verdict);
    c.found.push(this.#found(row.guard, row.rule, row.reason));
    c.retryAt.push(row.retry_at === undefined ? Number.NaN : Number(row.retry_at));
    this.#rare(place, row);
  }

  #amount(place: number, { micros, currency, amount_fault: fault }: ReplayRow): void {
    const c = this.#columns;
    const isOdd = micros === undefined ? fault !== undefined : !Number.isSafeInteger(Number(micros));
    if (isOdd) {
      const amount: AmountFact =
        micros === undefined
          ? { fault: text(fault) as 'missing' | 'malformed' | 'currency' }
          : { micros: BigInt(micros), currency: text(currency) };
      this.#sparse.amounts.set(place, amount);
    }
    c.currency.push(isOdd ? ODD_AMOUNT : micros === undefined ? NO_AMOUNT : this.#words.currencies.id(text(currency)));
    c.micros.push(isOdd || micros === undefined ? 0 : Number(micros));
  }

  #rare(place: number, row: ReplayRow): void {
    const { envelopes, particulars, unanswerable, befores, neutral } = this.#sparse;
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
    return guard === undefined ? 0 : this.#words.founds.id(foundText(text(guard), text(rule), text(reason)));
  }
}

type Cell = string | number | bigint | boolean | undefined;

const NOBODY_SAW: AnswerFacts = {
  status: null,
  latencyMs: null,
  retryAfterMs: null,
  etag: null,
  contract: null,
  values: {},
};

function text(cell: Cell): string {
  return typeof cell === 'string' ? cell : '';
}

function codeOf(names: readonly string[], name: string): number {
  const code = names.indexOf(name);
  assert(code !== -1, `a record says \`${name}\`, which is none of ${names.join(', ')}`);
  return code;
}
