import type { Call } from '../src/engine/call.ts';
import { tripsOf } from '../src/engine/combine.ts';
import { Engine } from '../src/engine/engine.ts';
import type { AgentId, CallId, GrantId, RouteId } from '../src/engine/ids.ts';
import type { Policy } from '../src/engine/policy.ts';
import { loadPolicy } from '../src/policy/index.ts';
import { spread, type Spread } from './statistics.ts';

export interface DecisionFigures {
  readonly routes: number;
  readonly agents: number;
  /** Decide, apply, end: a whole call as the engine sees it, on one core. */
  readonly perSecond: Spread;
}

const CALLS_PER_ROUND = 200_000;
const START = Date.UTC(2026, 0, 15, 3);

/** How many calls a second the engine takes through decide, apply and end, as policies grow. Rounds alternate sizes. */
export function benchDecisions(rounds: number): readonly DecisionFigures[] {
  const sizes = [
    { routes: 10, agents: 1 },
    { routes: 1_000, agents: 1 },
    { routes: 10, agents: 1_000 },
    { routes: 1_000, agents: 1_000 },
  ];
  const policies = sizes.map(({ routes, agents }) => policyOf(routes, agents));
  const figures = sizes.map((): number[] => []);
  for (const policy of policies) run(policy); // warm-up
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, policy] of policies.entries()) figures[index]?.push(run(policy));
  }
  return sizes.map((size, index) => ({ ...size, perSecond: spread(figures[index] as number[]) }));
}

/** Calls are spread over all agents and their routes. */
function run(policy: Policy): number {
  const engine = new Engine(policy);
  const pairs = [...policy.agents.values()].flatMap(({ id, allow }) =>
    allow.map(({ route }) => ({ agent: id, route })),
  );
  const calls = Array.from({ length: CALLS_PER_ROUND }, (_, index) => callOf(index, pairs));
  const started = performance.now();
  for (const call of calls) {
    const decision = engine.decide(call);
    if (decision.verdict !== 'allow') throw new Error(`the benchmark's call was refused: ${decision.decisive.reason}`);
    engine.apply({ kind: 'decided', call, verdict: decision.verdict, trips: tripsOf(decision) });
    engine.apply({ kind: 'ended', call: call.id, at: call.at, effectiveness: 'effective' });
  }
  return CALLS_PER_ROUND / ((performance.now() - started) / 1000);
}

function callOf(index: number, pairs: readonly { readonly agent: AgentId; readonly route: RouteId }[]): Call {
  const { agent, route } = pairs[index % pairs.length] as (typeof pairs)[number];
  return {
    id: `call_${index}` as CallId,
    at: START + Math.floor(index / 10),
    agent,
    grant: 'grant_1' as GrantId,
    task: 'bench',
    session: 'bench',
    route,
    effect: 'money',
    subject: `charge:${index}`,
    amount: { micros: 100_000n, currency: 'USD' },
    items: null,
    fingerprint: index.toString(16).padStart(32, '0'),
    granted: true,
    conditions: {},
    particulars: null,
  };
}

/** One agent may call every route; of many agents each may call ten, so that together they use them all. */
function policyOf(routes: number, agents: number): Policy {
  const ids = Array.from({ length: routes }, (_, index) => `r${index}`);
  const own = (agent: number): string[] =>
    agents === 1 ? ids : Array.from({ length: 10 }, (_, index) => ids[(agent * 10 + index) % routes] as string);
  const text = `
version: 1
upstreams: { api: { url: "http://127.0.0.1:1", network: loopback, credential: { env: KEY, as: bearer } } }
routes:
${ids.map((id) => `  ${id}: { match: "POST /${id}", upstream: api, effect: money, subject: "charge:{body.charge}", amount: { minor: body.amount, currency: USD } }`).join('\n')}
agents:
${Array.from({ length: agents }, (_, index) => agentOf(index, own(index))).join('')}`;
  const loaded = loadPolicy(text, 'bench.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure[0]));
  return loaded.value.policy;
}

const agentOf = (index: number, routes: readonly string[]): string => `
  a${index}:
    stage: production
    allow: [${routes.join(', ')}]
    rates: [{ max: 1000000, per: 1m }, { route: ${routes[0]}, max: 1000000, per: 1h }]
    budgets: [{ max: 1000000 USD, per: day, timezone: America/New_York }]
    once: [{ route: ${routes[0]}, per: subject }]
    inflight: 100
    triggers: [{ same: call, count: 500, within: 60s }]
`;
