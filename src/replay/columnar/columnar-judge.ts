import { combine } from '../../engine/combine.ts';
import type { Decision, Trip } from '../../engine/decision.ts';
import type { AnswerFacts, Event, Freeze } from '../../engine/event.ts';
import { pass } from '../../engine/guard.ts';
import type { AgentId, RouteId, RuleId } from '../../engine/ids.ts';
import { Keys } from '../../engine/keys.ts';
import { captures, type Policy } from '../../engine/policy.ts';
import type { CandidateFacts } from '../candidate-facts.ts';
import { answerAt, type Begun, type Judge } from '../judge.ts';
import { ALLOW, CAPTURE, DENY, EFFECTIVENESSES, foundText, type Tape } from '../../warehouse/tape/tape.ts';
import { PASS, type Cell } from './cell.ts';
import { install, type Placed } from './install.ts';
import { MonitorCell, RowCall } from './monitor-cell.ts';
import { PASSES } from './native.ts';
import { scopeCell, type TruthOf } from './scope-cell.ts';

/** The cells that one agent's calls on one route meet: the engine's `Bound`. */
interface Bound {
  readonly judges: readonly Cell[];
  readonly counts: readonly Cell[];
  readonly captured: readonly Cell[];
  readonly alarms: readonly MonitorCell[];
  readonly isCapturing: boolean;
  /** Whether any of its rules looks at answers. */
  readonly looksAtAnswers: boolean;
}

/** By verdict code. */
const SEVERITY = [0, 3, 2, 1];
const NOT_OPEN = 0;
const OPEN = 1;
const OPEN_CAPTURED = 2;

/** What the policy asks that has no columnar form at all; `undefined`: nothing, and {@link ColumnarJudge} can fold it. */
export function notColumnar(policy: Policy): string | undefined {
  for (const { id, rules } of policy.agents.values()) {
    if (rules.approval.length > 0) return `${id} has rules that ask for approval`;
    if (rules.provenance.length > 0) return `${id} has rules of provenance`;
    if (rules.volume.some(({ onTrip }) => onTrip === 'hold')) return `${id} has a volume that holds`;
  }
  return undefined;
}

/**
 * The engine in columns: the same monitors in the same order, of which rates, budgets, `once`, collars, inflight and scope
 * read typed arrays instead of calls, and all others are the engine's own. No call, finding or decision is made for a row.
 *
 * INVARIANT: what it says of a row is what the engine says of its call (`test/replay/columnar.test.ts`).
 */
export class ColumnarJudge implements Judge {
  readonly founds: Judge['founds'];
  found = 0;
  retryAt = Number.NaN;
  forced = false;
  readonly #policy: Policy;
  readonly #tape: Tape;
  readonly #call: RowCall;
  readonly #truthOf: TruthOf;
  /** Whether every call's grant holds its route: then nobody has to look. */
  readonly #allGranted: boolean;
  readonly #placed: readonly Placed[];
  readonly #routes: number;
  readonly #bounds: (Bound | undefined)[] = [];
  readonly #open: Uint8Array;
  /** By agent of the tape. */
  readonly #frozen: (Trip | undefined)[] = [];
  readonly #frozenFound: number;
  readonly #keys = new Keys();
  readonly #capturedKeys = new Map<number, Keys>();
  #trip: Trip | undefined;

  constructor(policy: Policy, tape: Tape, facts: CandidateFacts, truthOf: TruthOf) {
    this.founds = tape.dictionaries.founds;
    this.#policy = policy;
    this.#tape = tape;
    this.#truthOf = truthOf;
    this.#allGranted = !tape.calls.granted.includes(0);
    this.#call = new RowCall(tape, facts);
    this.#placed = install(policy, tape, this.#call);
    this.#routes = tape.dictionaries.routes.size;
    this.#open = new Uint8Array(tape.calls.size);
    this.#frozenFound = this.founds.id(foundText('freeze', 'freeze', 'agent_frozen'));
  }

  decide(row: number): number {
    const { judges } = this.#boundOf(row);
    const isFrozen = this.#frozen[this.#tape.calls.agent[row] as number] !== undefined;
    let verdict: number = isFrozen ? DENY : ALLOW;
    let decisive: Cell | undefined;
    let index = 0;
    if (!isFrozen) {
      for (; index < judges.length; index += 1) {
        const cell = judges[index] as Cell;
        const said = cell.check(row);
        if (said === PASS || (SEVERITY[said] as number) <= (SEVERITY[verdict] as number)) continue;
        verdict = said;
        decisive = cell;
        if (said === DENY) break;
      }
    }
    this.found = isFrozen ? this.#frozenFound : (decisive?.refusal.found ?? 0);
    this.retryAt = decisive?.refusal.retryAt ?? Number.NaN;
    this.#trip = decisive?.refusal.trip;
    this.forced = verdict === DENY && (decisive?.stateless === true || this.#deniedAnyway(row, judges, index));
    const isAdmitted = verdict === ALLOW || verdict === CAPTURE;
    return isAdmitted && this.#tape.calls.key[row] !== 0 ? this.#resolved(row, verdict) : verdict;
  }

  decided(row: number, verdict: number): Begun | undefined {
    const bound = this.#boundOf(row);
    const { calls } = this.#tape;
    const agent = calls.agent[row] as number;
    if (verdict === ALLOW || verdict === CAPTURE) this.#open[row] = verdict === CAPTURE ? OPEN_CAPTURED : OPEN;
    const isCaptured = verdict === CAPTURE && bound.isCapturing;
    const allowed = isCaptured || verdict === ALLOW;
    if (calls.key[row] !== 0) this.#keysFor(agent, isCaptured).decided(this.#call.of(row), allowed);
    for (const cell of isCaptured ? bound.captured : bound.counts) cell.decided?.(row, allowed, verdict);
    const at = calls.at[row] as number;
    const tripped = this.#trip === undefined ? undefined : this.#tripped(agent, at, this.#trip);
    const alarmed = bound.alarms.length === 0 ? undefined : this.#alarm(bound, row, at);
    return tripped ?? alarmed;
  }

  ended(row: number, at: number, effectiveness: number, place: number): Begun | undefined {
    const open = this.#open[row];
    if (open === NOT_OPEN) return undefined;
    this.#open[row] = NOT_OPEN;
    const bound = this.#boundOf(row);
    const isCaptured = open === OPEN_CAPTURED;
    if (isCaptured && !bound.isCapturing) return bound.alarms.length === 0 ? undefined : this.#alarm(bound, row, at);
    if (this.#tape.calls.key[row] !== 0) {
      const how = EFFECTIVENESSES[effectiveness] ?? 'unknown';
      this.#keysFor(this.#tape.calls.agent[row] as number, isCaptured).ended(this.#call.of(row), how);
    }
    const told = bound.looksAtAnswers ? this.#told(place, bound.isCapturing) : undefined;
    for (const cell of isCaptured ? bound.captured : bound.counts) cell.ended?.(row, at, effectiveness, told);
    return bound.alarms.length === 0 ? undefined : this.#alarm(bound, row, at);
  }

  frozen({ agent, ...freeze }: Freeze): void {
    const place = this.#tape.dictionaries.agents.find(agent);
    if (place !== undefined) this.#freeze(place, freeze);
  }

  resumed(agent: string, at: number): void {
    const place = this.#tape.dictionaries.agents.find(agent);
    if (place === undefined || this.#frozen[place] === undefined) return;
    this.#frozen[place] = undefined;
    this.#tell(agent, { kind: 'resumed', agent: agent as AgentId, at });
  }

  stopped(agent: string): Trip | undefined {
    const place = this.#tape.dictionaries.agents.find(agent);
    return place === undefined ? undefined : this.#frozen[place];
  }

  /** Nothing is ever held here. */
  reviewed(): void {}

  #told(place: number, isCapturing: boolean): AnswerFacts | undefined {
    const answer = answerAt(this.#tape, place);
    return answer?.made !== undefined && !isCapturing ? asReal(answer) : answer;
  }

  #deniedAnyway(row: number, judges: readonly Cell[], from: number): boolean {
    for (let index = from; index < judges.length; index += 1) {
      const cell = judges[index] as Cell;
      if (cell.stateless && cell.check(row) === DENY) return true;
    }
    return false;
  }

  /** What idempotency keys make of a call that nothing else refuses. */
  #resolved(row: number, admitted: number): number {
    const call = this.#call.of(row);
    const real = this.#keys.resolve(call, admitted === ALLOW ? ALLOWED : CAPTURED);
    const captured = this.#capturedKeys.get(this.#tape.calls.agent[row] as number);
    const { verdict, decisive } = captured?.resolve(call, real) ?? real;
    if (verdict !== 'deny') return admitted;
    this.#trip = undefined;
    this.found = this.founds.id(foundText(decisive.guard, decisive.rule, decisive.reason));
    this.retryAt = decisive.retryAt ?? Number.NaN;
    return DENY;
  }

  #keysFor(agent: number, isCaptured: boolean): Keys {
    if (!isCaptured) return this.#keys;
    let keys = this.#capturedKeys.get(agent);
    if (keys === undefined) this.#capturedKeys.set(agent, (keys = new Keys()));
    return keys;
  }

  #alarm({ alarms }: Bound, row: number, at: number): Begun | undefined {
    let gravest;
    for (const cell of alarms) {
      const finding = cell.alarm(row, at);
      if (finding === undefined) continue;
      if (gravest === undefined || (finding.trip === 'kill' && gravest.trip !== 'kill')) gravest = finding;
    }
    if (gravest === undefined) return undefined;
    const { trip = 'freeze', rule, reason } = gravest;
    const agent = this.#tape.calls.agent[row] as number;
    const before = this.#frozen[agent];
    if (before === trip || before === 'kill') return undefined;
    this.#freeze(agent, { at, trip, by: `guard:${rule}`, reason });
    return this.#begun(agent, at, rule, reason);
  }

  /** What the decision itself does to its agent. */
  #tripped(agent: number, at: number, trip: Trip): Begun | undefined {
    const stood = this.#frozen[agent];
    const [, rule = '', reason = ''] = this.founds.text(this.found).split('\t');
    this.#freeze(agent, { at, trip, by: `guard:${rule}`, reason });
    return this.#frozen[agent] === stood ? undefined : this.#begun(agent, at, rule, reason);
  }

  #begun(agent: number, at: number, rule: string, reason: string): Begun {
    return { agent: this.#tape.dictionaries.agents.text(agent), at, rule, reason };
  }

  /** The first cause stands, unless a later one severs what the first let finish. */
  #freeze(place: number, freeze: Omit<Freeze, 'agent'>): void {
    const before = this.#frozen[place];
    if (before === undefined || (before === 'freeze' && freeze.trip === 'kill')) this.#frozen[place] = freeze.trip;
    const agent = this.#tape.dictionaries.agents.text(place) as AgentId;
    this.#tell(agent, { kind: 'frozen', freeze: { agent, ...freeze } });
  }

  #tell(agent: string, event: Extract<Event, { kind: 'frozen' | 'resumed' }>): void {
    for (const { cell, agent: whose } of this.#placed) {
      if (whose !== 'all' && whose !== agent) continue;
      if (cell instanceof MonitorCell) cell.monitor.heard?.(event);
      else if (event.kind === 'resumed') cell.resumed?.();
    }
  }

  #boundOf(row: number): Bound {
    const { calls } = this.#tape;
    const place = (calls.agent[row] as number) * this.#routes + (calls.route[row] as number);
    return (this.#bounds[place] ??= this.#bind(calls.agent[row] as number, calls.route[row] as number));
  }

  #bind(agentPlace: number, routePlace: number): Bound {
    const { agents, routes } = this.#tape.dictionaries;
    const agent = agents.text(agentPlace) as AgentId;
    const route = routes.text(routePlace) as RouteId;
    const near = this.#placed.filter((one) => one.agent === 'all' || one.agent === agent);
    const judging = near.filter((one) => one.judges(route));
    const counting = [...judging, ...near.filter((one) => one.counts?.(route) === true)];
    const around = { tape: this.#tape, allGranted: this.#allGranted, truthOf: this.#truthOf };
    const scope = scopeCell(this.#policy, agent, route, around);
    const its = judging.filter(({ except }) => except?.has(agent) !== true);
    const found = this.#policy.agents.get(agent);
    return {
      judges: [
        ...its.filter(({ beforeScope }) => beforeScope === true).map(({ cell }) => cell),
        ...(scope === PASSES ? [] : [scope]),
        ...its.filter(({ beforeScope }) => beforeScope !== true).map(({ cell }) => cell),
      ],
      counts: counting
        .filter(({ hears }) => hears === undefined)
        .map(({ cell }) => cell)
        .filter(counts),
      captured: counting
        .filter((one) => one.agent !== 'all')
        .map(({ cell }) => cell)
        .filter(counts),
      alarms: counting.flatMap(({ cell }) => (cell instanceof MonitorCell && cell.monitor.alarm ? [cell] : [])),
      isCapturing: found !== undefined && captures(found),
      looksAtAnswers: counting.some(({ cell }) => cell.looksAtAnswers === true),
    };
  }
}

/** What counts nothing need not be told. */
function counts(cell: Cell): boolean {
  const told = cell instanceof MonitorCell ? cell.monitor : cell;
  return told.decided !== undefined || told.ended !== undefined;
}

const ADMITTED = pass('scope', 'allow' as RuleId);
const ALLOWED: Decision = combine([ADMITTED]);
const CAPTURED: Decision = combine([{ ...ADMITTED, verdict: 'capture' }]);

/** As the engine has it: an agent that lives in the real world has seen nothing of what captured writes made. */
function asReal(answer: AnswerFacts): AnswerFacts {
  return { ...answer, etag: null, cut: true, values: {} };
}
