import type { Call } from '../src/engine/call.ts';
import { tripsOf } from '../src/engine/combine.ts';
import { Engine } from '../src/engine/engine.ts';
import { FactReader } from '../src/engine/facts.ts';
import { guards } from '../src/engine/guards/index.ts';
import type { AgentId, CallId, GrantId, RouteId } from '../src/engine/ids.ts';
import type { Policy, Request } from '../src/engine/policy.ts';
import { NO_FILES } from '../src/policy/files.ts';
import { loadPolicy, type LoadedPolicy } from '../src/policy/index.ts';
import { ok, type Result } from '../src/std/result.ts';
import { spread, type Spread } from './statistics.ts';

/** What one decision costs with every guard looking at the call: its facts are read off the request, then judged. */
export interface EveryGuardFigures {
  readonly what: string;
  readonly conditions: boolean;
  /** Microseconds to read a request's facts: subject, amount, conditions, OpenAPI shape, payment, parameters. */
  readonly facts: Spread;
  /** Microseconds of one `decide` on them. Both: the median of a round's batches; the spread is over rounds. */
  readonly decide: Spread;
}

const BATCH = 1_000;
const BATCHES_PER_ROUND = 60;
const START = Date.UTC(2026, 0, 15, 3);
const DAY_MS = 86_400_000;
const CALLS_A_DAY = 5_000;

/** Rounds alternate all variants: small, many routes, many agents, a month of history; each without and with CEL. */
export function benchEveryGuard(rounds: number): readonly EveryGuardFigures[] {
  const sizes = [
    { what: '10 routes, 1 agent, no history', routes: 10, agents: 1, days: 0 },
    { what: '1,000 routes', routes: 1_000, agents: 1, days: 0 },
    { what: '300 agents', routes: 10, agents: 300, days: 0 },
    { what: `30 days of ${CALLS_A_DAY} calls`, routes: 10, agents: 1, days: 30 },
  ];
  const variants = sizes.flatMap((size) =>
    [false, true].map((conditions) => ({ ...size, conditions, subject: new Subject(size, conditions) })),
  );
  const figures = variants.map((): Cost[] => []);
  for (const { subject } of variants) subject.measure();
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, { subject }] of variants.entries()) figures[index]?.push(subject.measure());
  }
  return variants.map(({ what, conditions }, index) => {
    const its = figures[index] ?? [];
    return {
      what,
      conditions,
      facts: spread(its.map(({ facts }) => facts)),
      decide: spread(its.map(({ decide }) => decide)),
    };
  });
}

/** Microseconds a call, each the median of a round's batches. */
interface Cost {
  readonly facts: number;
  readonly decide: number;
}

/** One policy, one engine with its history, and calls that every guard looks at. */
class Subject {
  readonly #engine: Engine;
  readonly #facts: FactReader;
  #count = 0;
  #at = START;

  constructor({ routes, agents, days }: { routes: number; agents: number; days: number }, conditions: boolean) {
    const { policy } = policyOf(routes, agents, conditions);
    this.#engine = new Engine(policy);
    this.#facts = new FactReader(policy);
    for (let index = 0; index < days * CALLS_A_DAY; index += 1) {
      this.#at += DAY_MS / CALLS_A_DAY;
      this.#live(this.#next());
    }
    this.#expectEveryGuard(policy);
  }

  /** A batch at a time. Between batches the calls take place, so that states stay alive. */
  measure(): Cost {
    const facts: number[] = [];
    const decide: number[] = [];
    for (let batch = 0; batch < BATCHES_PER_ROUND; batch += 1) {
      this.#at += 60_000;
      const requests = Array.from({ length: BATCH }, () => this.#request());
      const started = performance.now();
      const calls = requests.map((request) => this.#call(request));
      const read = performance.now();
      for (const call of calls) this.#judge(call);
      facts.push(((read - started) * 1000) / BATCH);
      decide.push(((performance.now() - read) * 1000) / BATCH);
      this.#live(this.#next());
    }
    return { facts: spread(facts).median, decide: spread(decide).median };
  }

  #judge(call: Call): void {
    const { verdict, decisive } = this.#engine.decide(call);
    if (verdict !== 'allow') throw new Error(`the benchmark's call was refused: ${decisive.guard} ${decisive.reason}`);
  }

  #next(): Call {
    return this.#call(this.#request());
  }

  #request(): Request {
    this.#count += 1;
    const body = { charge: `ch_${this.#count}`, amount: 5, account: 'acct_1', note: 'as agreed' };
    return { method: 'POST', params: {}, query: {}, body, headers: { 'content-type': 'application/json' } };
  }

  #call(request: Request): Call {
    const asker = { agent: AGENT, task: 'bench', declared: { payee: ['acct_1'] } };
    const facts = this.#facts.read(request, PAY, asker);
    const { particulars } = facts;
    const precondition = { kind: 'read', read: 'call_r' as CallId, truth: true, changed: [] } as const;
    return {
      id: `call_${this.#count}` as CallId,
      at: this.#at,
      agent: AGENT,
      grant: 'grant_1' as GrantId,
      task: 'bench',
      session: 'bench',
      route: PAY,
      effect: 'money',
      ...facts,
      subject: 'charge:read',
      particulars: particulars === null ? null : { ...particulars, precondition },
      fingerprint: this.#count.toString(16).padStart(32, '0'),
      granted: true,
    };
  }

  /** A read of the subject, then the call, both to their ends. */
  #live(call: Call): void {
    const particulars = call.particulars && { ...call.particulars, precondition: null };
    const id = `${call.id}r` as CallId;
    const read: Call = { ...call, id, route: READ, effect: 'read', amount: null, particulars };
    for (const one of [read, call]) this.#happen(one);
  }

  #happen(call: Call): void {
    const { verdict, ...decision } = this.#engine.decide(call);
    if (verdict !== 'allow') throw new Error(`the benchmark's history was refused: ${decision.decisive.reason}`);
    this.#engine.apply({ kind: 'decided', call, verdict, trips: tripsOf({ verdict, ...decision }) });
    const answer = { status: 200, latencyMs: 40, retryAfterMs: null, etag: null, contract: [], values: {} };
    // The subject is changed by nothing: only calls without effect, so that `once` and `fresh` let the next one pass.
    const effectiveness = call.effect === 'read' ? 'effective' : 'ineffective';
    this.#engine.apply({ kind: 'ended', call: call.id, at: call.at, effectiveness, answer });
  }

  /** The figure would mean little if a guard had no rule about the call. */
  #expectEveryGuard(policy: Policy): void {
    this.#live(this.#next());
    const looked = new Set(this.#engine.decide(this.#next()).findings.map(({ guard }) => guard));
    const silent = guards.map(({ name }) => name).filter((name) => !looked.has(name) && !ALARMS.has(name));
    if (silent.length > 0)
      throw new Error(`no rule of ${silent.join(', ')} in the policy ${policy.digest.slice(0, 8)}`);
  }
}

const AGENT = 'a0' as AgentId;
const PAY = 'r0' as RouteId;
const READ = 'read' as RouteId;
/** They look at outcomes and decisions, not at calls. */
const ALARMS = new Set(['error-rate', 'latency', 'denials']);

function policyOf(routes: number, agents: number, conditions: boolean): LoadedPolicy {
  const ids = Array.from({ length: routes }, (_, index) => `r${index}`);
  const text = `
version: 1
promotion: none
upstreams:
  api:
    url: http://127.0.0.1:1
    network: loopback
    credential: { env: KEY, as: bearer }
    openapi: ./api.yaml
    contract: { drift: 5%, within: 1h, minimum: 20 }
    breaker: { errors: 50%, within: 60s, minimum: 20, open: 30s, probes: 3 }
    inflight: 100
routes:
  read: { match: "GET /read/{id}", upstream: api, effect: read, subject: "charge:{id}" }
${ids.map((id) => `  ${id}: { match: "POST /${id}", upstream: api, effect: money, subject: "charge:{body.charge}", amount: { minor: body.amount, currency: USD }, precondition: { read: "GET /read/{body.charge}", require: "response.body.open" } }`).join('\n')}
agents:
${Array.from({ length: agents }, (_, index) => agentOf(index, ids, conditions)).join('')}`;
  const document = (): Result<Uint8Array, string> => ok(Buffer.from(openApi(ids)));
  const loaded = loadPolicy(text, 'bench.yaml', { ...NO_FILES, document });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure[0]));
  return loaded.value;
}

const agentOf = (index: number, routes: readonly string[], conditions: boolean): string => `
  a${index}:
    stage: limited
    segment: [{ route: r0, by: body.charge, share: 100% }]
    allow: [read, ${routes.map((route) => (conditions ? `{ route: ${route}, when: "body.amount <= 20000 && body.note != 'x' && size(body.charge) > 3" }` : route)).join(', ')}]
    collar: [{ route: r0, min: 0.01 USD, max: 200 USD, currencies: [USD] }]
    once: [{ route: r0, per: subject }]
    fresh: [{ route: r0, read: read, maxAge: 1h }]
    backoff: [{ route: r0, initial: 1s, factor: 2, max: 5m, attempts: 5 }]
    provenance: [{ route: r0, field: body.account, from: [{ task: payee }] }]
    approval: [{ route: r0, above: 100 USD }]
    volume: [{ route: r0, max: 50%, of: read, per: 1h, free: 1000 }]
    rates: [{ max: 1000000, per: 1m }, { route: r0, max: 1000000, per: 1h }]
    budgets: [{ max: 1000000 USD, per: day, timezone: America/New_York }]
    inflight: 100
    triggers:
      - { same: call, count: 500, within: 60s }
      - { errorRate: 50%, within: 5m, minimum: 20 }
      - { latency: 5s, within: 5m, minimum: 20 }
      - { denials: 20, within: 60s }
`;

const openApi = (ids: readonly string[]): string => `
openapi: 3.1.0
info: { title: bench, version: '1' }
paths:
  /read/{id}:
    get:
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses: { '200': { description: ok, content: { application/json: { schema: { type: object } } } } }
${ids
  .map(
    (id) => `  /${id}:
    post:
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [charge, amount]
              additionalProperties: false
              properties:
                charge: { type: string, maxLength: 64 }
                amount: { type: integer, minimum: 1 }
                account: { type: string }
                note: { type: string }
      responses: { '200': { description: ok, content: { application/json: { schema: { type: object } } } } }`,
  )
  .join('\n')}
`;
