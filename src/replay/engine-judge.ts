import type { Call, Truth } from '../engine/call.ts';
import { holdOf, tripsOf } from '../engine/combine.ts';
import type { Decision, Finding, Trip } from '../engine/decision.ts';
import { Engine } from '../engine/engine.ts';
import type { Freeze, TripCause } from '../engine/event.ts';
import type { AgentId, CallId, RuleId } from '../engine/ids.ts';
import type { Policy } from '../engine/policy.ts';
import type { CandidateFacts, Unknown } from './candidate-facts.ts';
import { answerAt, type Begun, type Judge, type Reviewed } from './judge.ts';
import { callOfRow } from './call-of-row.ts';
import { DENY, EFFECTIVENESSES, foundText, UNJUDGED, VERDICTS, type Tape } from '../warehouse/tape/tape.ts';
import type { Words } from '../warehouse/tape/words.ts';

/** Guards whose word on a call depends on nothing that happened before it. */
export const STATELESS: ReadonlySet<string> = new Set(['scope', 'stage', 'segment', 'shape', 'collar']);

/** The engine itself, asked about rows. */
export class EngineJudge implements Judge {
  readonly founds: Words;
  readonly #engine: Engine;
  readonly #tape: Tape;
  readonly #facts: CandidateFacts;
  #call: Call | undefined;
  #decision: Decision | undefined;
  found = 0;
  retryAt = Number.NaN;
  forced = false;

  constructor(policy: Policy, tape: Tape, facts: CandidateFacts) {
    this.#engine = new Engine(policy);
    this.#tape = tape;
    this.#facts = facts;
    this.founds = tape.dictionaries.founds;
  }

  decide(row: number): number {
    const call = (this.#call = this.#callOf(row));
    const unknown = this.#facts.unknown(row);
    const decision = unknown === undefined ? this.#engine.decide(call) : this.#despite(call, unknown);
    this.#decision = decision;
    if (decision === undefined) {
      this.found = 0;
      this.retryAt = Number.NaN;
      this.forced = false;
      return UNJUDGED;
    }
    const { verdict, decisive } = decision;
    this.found = verdict === 'allow' ? 0 : this.#found(decisive);
    this.retryAt = decisive.retryAt ?? Number.NaN;
    this.forced = verdict === 'deny' && decision.findings.some(isForced);
    return VERDICTS.indexOf(verdict);
  }

  decided(row: number, verdict: number): Begun | undefined {
    const call = this.#call ?? this.#callOf(row);
    const decision = this.#decision;
    const trips = decision === undefined ? NO_TRIPS : tripsOf(decision);
    const hold = decision && holdOf(decision);
    const approval = decision?.approval;
    const stood = this.#engine.frozen(call.agent)?.trip;
    this.#engine.apply({
      kind: 'decided',
      call,
      verdict: VERDICTS[verdict] ?? 'deny',
      trips,
      ...(hold !== undefined && { hold }),
      ...(approval !== undefined && { approval }),
    });
    const [trip] = trips;
    const isNew = trip !== undefined && this.#engine.frozen(call.agent)?.trip !== stood;
    const alarmed = this.#alarm(call, call.at);
    return isNew ? { agent: call.agent, at: call.at, rule: trip.rule, reason: trip.reason } : alarmed;
  }

  ended(row: number, at: number, effectiveness: number, place: number): Begun | undefined {
    const id = this.#tape.calls.id.get(row) as CallId;
    const call = this.#engine.openCall(id);
    if (call === undefined) return undefined;
    const answer = answerAt(this.#tape, place);
    this.#engine.apply({
      kind: 'ended',
      call: id,
      at,
      effectiveness: EFFECTIVENESSES[effectiveness] ?? 'unknown',
      ...(answer !== undefined && { answer }),
    });
    return this.#alarm(call, at);
  }

  frozen(freeze: Freeze): void {
    this.#engine.apply({ kind: 'frozen', freeze });
  }

  resumed(agent: string, at: number): void {
    if (this.#engine.frozen(agent as AgentId) === undefined) return;
    this.#engine.apply({ kind: 'resumed', agent: agent as AgentId, at });
  }

  reviewed({ call, ...review }: Reviewed): void {
    this.#engine.apply({ kind: 'reviewed', call: call as CallId, ...review });
  }

  stopped(agent: string): Trip | undefined {
    return this.#engine.frozen(agent as AgentId)?.trip;
  }

  /** As the door's freezer does: an agent that is stopped as hard already is not stopped again. */
  #alarm(call: Call, at: number): Begun | undefined {
    const finding = this.#engine.alarm(call, at);
    if (finding === undefined) return undefined;
    const { trip = 'freeze', rule, reason } = finding;
    const before = this.#engine.frozen(call.agent)?.trip;
    if (before === trip || before === 'kill') return undefined;
    this.#engine.apply({ kind: 'frozen', freeze: { agent: call.agent, at, trip, by: `guard:${rule}`, reason } });
    return { agent: call.agent, at, rule, reason };
  }

  /** The decision, where it is the same whatever the unknown facts are; `undefined`: it is not, or that cannot be told. */
  #despite(call: Call, unknown: readonly Unknown[]): Decision | undefined {
    const conditions = unknown.filter(({ kind }) => kind === 'condition');
    const truths = conditions.length === 0 ? [true] : [true, false];
    const decisions = truths.map((truth) => this.#engine.decide(withTruths(call, conditions, truth)));
    const [first] = decisions as [Decision];
    if (unknown.some(({ kind }) => kind === 'fact')) {
      const scopes = decisions.map(({ findings }) => findings.find(({ guard }) => guard === 'scope'));
      const [scope] = scopes;
      if (scope === undefined || scopes.some((one) => one?.verdict !== 'deny')) return undefined;
      return { verdict: 'deny', decisive: scope, findings: [scope] };
    }
    if (decisions.some(({ verdict }) => verdict !== first.verdict)) return undefined;
    // Read for or not, what nothing else refuses might still have been refused.
    return first.verdict === 'allow' && unknown.some(({ kind }) => kind === 'precondition') ? undefined : first;
  }

  #found({ guard, rule, reason }: Finding): number {
    return this.founds.id(foundText(guard, rule, reason));
  }

  #callOf(row: number): Call {
    return callOfRow(this.#tape, row, this.#facts);
  }
}

const NO_TRIPS: readonly TripCause[] = [];

function isForced({ guard, verdict }: Finding): boolean {
  return verdict === VERDICTS[DENY] && STATELESS.has(guard);
}

function withTruths(call: Call, unknown: readonly Unknown[], truth: Truth): Call {
  const conditions = { ...call.conditions };
  for (const { rule } of unknown) conditions[rule as RuleId] = truth;
  return { ...call, conditions };
}
