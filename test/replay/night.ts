import type { AmountFact, Call, Effect, Truth } from '../../src/engine/call.ts';
import { tripsOf } from '../../src/engine/combine.ts';
import { isAdmitted, type Decision } from '../../src/engine/decision.ts';
import { Engine } from '../../src/engine/engine.ts';
import type { AnswerFacts, Effectiveness } from '../../src/engine/event.ts';
import type { AgentId, CallId, GrantId, RouteId, RuleId } from '../../src/engine/ids.ts';
import type { Policy } from '../../src/engine/policy.ts';
import type { Entry, Recorded } from '../../src/journal/index.ts';
import { answerJson, findingsJson } from '../../src/journal/index.ts';
import { intentOf } from '../../src/journal/facts.ts';
import { holdOf } from '../../src/engine/combine.ts';

/** What a session means to do next: nothing of it depends on a policy. */
export interface Intention {
  readonly agent: string;
  readonly session: string;
  readonly grant: string;
  readonly task: string;
  readonly route: string;
  readonly subject: string | null;
  readonly amount: AmountFact;
  readonly items: number | null;
  readonly fingerprint: string;
  readonly granted: boolean;
  readonly key: string | null;
}

export interface NightPlan {
  readonly sessions: readonly { readonly agent: string; readonly seed: number; readonly startsAt: number }[];
  /** What humans do, at these times, whatever else happens. */
  readonly humans: readonly { readonly agent: string; readonly at: number; readonly deed: 'kill' | 'resume' }[];
  readonly callsEach: number;
  /** Whether what one session changed is seen by all others: their answers then depend on it. */
  readonly together: boolean;
}

export interface NightCall {
  readonly call: Call;
  readonly intention: Intention;
  readonly decision: Decision;
}

export interface Night {
  readonly records: readonly Recorded[];
  readonly calls: ReadonlyMap<string, NightCall>;
}

const ROUTES: readonly string[] = ['get', 'refund', 'payout', 'import', 'erase', 'nowhere'];
const EFFECTS: Readonly<Record<string, Effect>> = {
  get: 'read',
  refund: 'money',
  payout: 'money',
  import: 'write',
  erase: 'destructive',
};

/**
 * Sessions of deterministic agents under a policy: what each does next depends on what it was told so far and on nothing
 * else. Two nights of one plan under two policies are the truth that a replay of the first under the second is held to.
 */
export function spend(policy: Policy, plan: NightPlan): Night {
  const engine = new Engine(policy);
  const records: Recorded[] = [];
  const calls = new Map<string, NightCall>();
  let world = 1;
  const append = (entry: Entry): void => {
    records.push({ seq: records.length + 1, ...entry, hash: '' });
  };
  const freeze = (call: Call, at: number): void => {
    const alarm = engine.alarm(call, at);
    const before = engine.frozen(call.agent)?.trip;
    const trip = alarm?.trip ?? 'freeze';
    if (alarm === undefined || before === trip || before === 'kill') return;
    const stop = { agent: call.agent, at, trip, by: `guard:${alarm.rule}`, reason: alarm.reason };
    append({ kind: 'freeze', ...stop, call: call.id, severed: [] });
    engine.apply({ kind: 'frozen', freeze: stop });
  };
  append({ kind: 'policy', at: 0, digest: policy.digest, file: 'night.yaml', text: '' });
  const runs = plan.sessions.map(({ agent, seed, startsAt }, place) => {
    return { agent, place, memory: seed, nextAt: startsAt, made: 0 };
  });
  let due: {
    at: number;
    place: number;
    call: Call;
    effectiveness: Effectiveness;
    answer: AnswerFacts;
    told: number;
  }[] = [];
  let humans = plan.humans.toSorted((a, b) => a.at - b.at);
  for (;;) {
    const [end] = due.toSorted((a, b) => a.at - b.at || a.place - b.place);
    const run = runs
      .filter(({ made }) => made < plan.callsEach)
      .toSorted((a, b) => a.nextAt - b.nextAt || a.place - b.place)[0];
    const [human] = humans;
    const at = Math.min(end?.at ?? Infinity, run?.nextAt ?? Infinity, human?.at ?? Infinity);
    if (at === Infinity) break;
    if (human !== undefined && human.at === at) {
      humans = humans.slice(1);
      const agent = human.agent as AgentId;
      if (human.deed === 'kill') {
        const stop = { agent, at, trip: 'kill' as const, by: 'human:ann', reason: 'looks wrong' };
        append({ kind: 'freeze', ...stop, call: null, severed: [] });
        engine.apply({ kind: 'frozen', freeze: stop });
      } else if (engine.frozen(agent) !== undefined) {
        append({ kind: 'resume', at, agent, by: 'human:ann', reason: 'fine' });
        engine.apply({ kind: 'resumed', agent, at });
      }
    } else if (end !== undefined && end.at === at) {
      due = due.filter((one) => one !== end);
      const { call, effectiveness, answer } = end;
      append({
        kind: 'outcome',
        at,
        call: call.id,
        effectiveness,
        status: answer.status,
        failure: null,
        durationMs: 1,
        contentType: null,
        answer: null,
        answerBytes: 0,
        facts: answerJson(answer),
      });
      engine.apply({ kind: 'ended', call: call.id, at, effectiveness, answer });
      freeze(call, at);
      if (call.effect !== 'read' && effectiveness === 'effective') world = mix(world, end.told);
    } else if (run !== undefined) {
      const intention = intend(run.memory, run.agent, run.place);
      const call = callOf(policy, intention, `s${run.place}_${run.made}`, at);
      const decision = engine.decide(call);
      calls.set(call.id, { call, intention, decision });
      const trips = tripsOf(decision);
      const { verdict, approval } = decision;
      append({
        kind: 'call',
        ...intentOf(call),
        stage: policy.agents.get(call.agent)?.stage ?? 'sandbox',
        upstream: 'shop',
        method: 'POST',
        target: '/',
        headers: {},
        body: null,
        verdict,
        findings: findingsJson(decision.findings),
        trips,
        ...(approval !== undefined && { approval }),
      });
      const hold = holdOf(decision);
      engine.apply({
        kind: 'decided',
        call,
        verdict,
        trips,
        ...(hold && { hold }),
        ...(approval !== undefined && { approval }),
      });
      freeze(call, at);
      // What the agent was told is all it knows.
      const told = isAdmitted(verdict)
        ? mix(mix(run.memory, run.made), plan.together ? world : 7)
        : text(`${verdict} ${decision.decisive.guard} ${decision.decisive.reason} ${decision.decisive.retryAt ?? ''}`);
      run.memory = mix(run.memory, told);
      run.made += 1;
      run.nextAt = at + (pick(run.memory, 11, 4) === 0 ? 0 : pick(run.memory, 12, 20_000));
      if (isAdmitted(verdict)) {
        const effectiveness =
          (['effective', 'effective', 'effective', 'ineffective', 'unknown'] as const)[pick(told, 13, 5)] ??
          'effective';
        const status = { effective: 200, ineffective: 404, unknown: 502 }[effectiveness];
        const answer = {
          status,
          latencyMs: pick(told, 15, 900),
          retryAfterMs: null,
          etag: null,
          contract: null,
          values: {},
        };
        due.push({ at: at + pick(told, 14, 15_000), place: run.place, call, effectiveness, answer, told });
      }
    }
  }
  return { records, calls };
}

/** A call as a door under this policy would state it. */
export function callOf(policy: Policy, intention: Intention, id: string, at: number): Call {
  const { agent, route, amount, items, grant, key, ...said } = intention;
  const known = policy.routes.get(route as RouteId);
  const conditions: Record<RuleId, Truth> = {};
  for (const { rule, when, route: its } of policy.agents.get(agent as AgentId)?.allow ?? []) {
    if (when !== undefined && its === route) conditions[rule] = pick(text(`${rule}${intention.fingerprint}`), 3, 5) > 0;
  }
  return {
    ...said,
    id: id as CallId,
    at,
    agent: agent as AgentId,
    grant: grant as GrantId,
    route: route as RouteId,
    ...(key !== null && known?.effect !== 'read' && { key }),
    effect: known === undefined ? 'destructive' : (EFFECTS[route] ?? 'write'),
    amount: known?.amount === undefined ? null : amount,
    items: known?.items === undefined ? null : items,
    conditions,
    particulars: null,
  };
}

function intend(memory: number, agent: string, place: number): Intention {
  const micros = BigInt(1 + pick(memory, 1, 9)) * 1_000_000n;
  const route = ROUTES[[0, 1, 1, 1, 2, 2, 3, 4, 1, 5][pick(memory, 2, 10)] ?? 0] ?? 'get';
  return {
    agent,
    session: `session_${place}`,
    grant: `grant_${place % 3}`,
    task: `task_${place % 2}`,
    route,
    subject: `charge:${pick(memory, 4, 12)}`,
    amount: { micros, currency: pick(memory, 5, 12) === 0 ? 'EUR' : 'USD' },
    items: 1 + pick(memory, 6, 3),
    fingerprint: `f${pick(memory, 7, 6)}`,
    granted: pick(memory, 8, 12) > 0,
    key: pick(memory, 9, 5) === 0 ? `key${pick(memory, 10, 6)}` : null,
  };
}

function mix(a: number, b: number): number {
  let hash = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ b;
  hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
  return (hash ^ (hash >>> 13)) >>> 0;
}

const pick = (memory: number, use: number, below: number): number => mix(memory, use) % below;

function text(words: string): number {
  let hash = 17;
  for (const character of words) hash = mix(hash, character.codePointAt(0) ?? 0);
  return hash;
}
