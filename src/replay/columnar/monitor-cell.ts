import type { Call } from '../../engine/call.ts';
import type { Finding } from '../../engine/decision.ts';
import type { AnswerFacts } from '../../engine/event.ts';
import type { Monitor } from '../../engine/guard.ts';
import type { AgentId, CallId, GrantId, RouteId } from '../../engine/ids.ts';
import { amountOfRow } from '../call-of-row.ts';
import type { CandidateFacts } from '../candidate-facts.ts';
import { EFFECTIVENESSES, EFFECTS, foundText, VERDICTS, type Tape } from '../../warehouse/tape/tape.ts';
import { PASS, type Cell, type Refusal } from './cell.ts';

/** A row as a call whose members are read when somebody asks for them: most rules ask for few. */
export class RowCall {
  readonly #tape: Tape;
  readonly #facts: CandidateFacts;
  row = 0;

  constructor(tape: Tape, facts: CandidateFacts) {
    this.#tape = tape;
    this.#facts = facts;
  }

  get id(): CallId {
    return this.#tape.calls.id.get(this.row) as CallId;
  }

  get at(): number {
    return this.#tape.calls.at[this.row] as number;
  }

  get agent(): AgentId {
    return this.#tape.dictionaries.agents.text(this.#tape.calls.agent[this.row] as number) as AgentId;
  }

  get grant(): GrantId {
    return this.#tape.dictionaries.grants.text(this.#tape.calls.grant[this.row] as number) as GrantId;
  }

  get task(): string {
    return this.#tape.dictionaries.tasks.text(this.#tape.calls.task[this.row] as number);
  }

  get session(): string {
    return this.#tape.dictionaries.sessions.text(this.#tape.calls.session[this.row] as number);
  }

  get route(): RouteId {
    return this.#tape.dictionaries.routes.text(this.#tape.calls.route[this.row] as number) as RouteId;
  }

  get effect(): Call['effect'] {
    return EFFECTS[this.#tape.calls.effect[this.row] as number] ?? 'destructive';
  }

  get subject(): string | null {
    const subject = this.#tape.calls.subject[this.row] as number;
    return subject === 0 ? null : this.#tape.dictionaries.subjects.text(subject).slice(1);
  }

  get amount(): Call['amount'] {
    return amountOfRow(this.#tape, this.row);
  }

  get items(): number | null {
    const items = this.#tape.calls.items[this.row] as number;
    return items === -1 ? null : items;
  }

  get fingerprint(): string {
    return this.#tape.dictionaries.fingerprints.text(this.#tape.calls.fingerprint[this.row] as number);
  }

  get envelope(): string | undefined {
    return this.#tape.calls.envelopes.get(this.row);
  }

  get key(): string | undefined {
    const key = this.#tape.calls.key[this.row] as number;
    return key === 0 ? undefined : this.#tape.dictionaries.keys.text(key).slice(1);
  }

  get unanswerable(): Call['unanswerable'] {
    return this.#tape.calls.unanswerable.get(this.row);
  }

  get granted(): boolean {
    return this.#tape.calls.granted[this.row] === 1;
  }

  get conditions(): Call['conditions'] {
    return this.#facts.conditions(this.row);
  }

  get particulars(): Call['particulars'] {
    return this.#tape.calls.particulars.get(this.row) ?? null;
  }

  get before(): CallId | undefined {
    return this.#tape.calls.befores.get(this.row) as CallId | undefined;
  }

  /** Itself, as of this row, as rules take it: none of them keeps a call. */
  of(row: number): Call {
    this.row = row;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is `undefined` here is absent there
    return this as unknown as Call;
  }
}

/** The engine's own monitor, asked about rows: every rule that has no columnar form. */
export class MonitorCell implements Cell {
  readonly monitor: Monitor;
  readonly stateless: boolean;
  readonly looksAtAnswers: boolean;
  readonly refusal: Refusal = { found: 0, retryAt: Number.NaN, trip: undefined };
  readonly #call: RowCall;
  readonly #founds: Tape['dictionaries']['founds'];

  constructor(monitor: Monitor, stateless: boolean, call: RowCall, { dictionaries }: Tape) {
    this.monitor = monitor;
    this.stateless = stateless;
    this.looksAtAnswers = monitor.ended !== undefined;
    this.#call = call;
    this.#founds = dictionaries.founds;
  }

  check(row: number): number {
    const finding = this.#judged(row);
    if (finding.verdict === 'pass') return PASS;
    const { guard, rule, reason, retryAt, trip } = finding;
    this.refusal.found = this.#founds.id(foundText(guard, rule, reason));
    this.refusal.retryAt = retryAt ?? Number.NaN;
    this.refusal.trip = trip;
    return VERDICTS.indexOf(finding.verdict);
  }

  decided(row: number, allowed: boolean, verdict: number): void {
    this.monitor.decided?.(this.#call.of(row), allowed, VERDICTS[verdict] ?? 'deny');
  }

  ended(row: number, at: number, effectiveness: number, answer: AnswerFacts | undefined): void {
    this.monitor.ended?.(this.#call.of(row), at, EFFECTIVENESSES[effectiveness] ?? 'unknown', answer);
  }

  alarm(row: number, at: number): Finding | undefined {
    return this.monitor.alarm?.(this.#call.of(row), at);
  }

  /** As in the engine: a guard that throws denies. */
  #judged(row: number): Finding {
    try {
      return this.monitor.check(this.#call.of(row));
    } catch {
      return BROKEN(this.monitor.key);
    }
  }
}

const BROKEN = (key: string): Finding => ({
  guard: 'engine',
  rule: key as Finding['rule'],
  verdict: 'deny',
  reason: 'guard_error',
});
