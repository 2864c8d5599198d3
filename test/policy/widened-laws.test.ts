import fc, { type Arbitrary } from 'fast-check';
import { expect, test } from 'vitest';
import type { Call } from '../../src/engine/call.ts';
import { isAdmitted } from '../../src/engine/decision.ts';
import { Engine } from '../../src/engine/engine.ts';
import type { Effectiveness, Event } from '../../src/engine/event.ts';
import { FactReader } from '../../src/engine/facts.ts';
import type { AgentId, CallId, RouteId } from '../../src/engine/ids.ts';
import { holdOf, tripsOf } from '../../src/engine/combine.ts';
import { changeOf, loadPolicy, type LoadedPolicy } from '../../src/policy/index.ts';
import { call } from '../engine/policies.ts';

/** `INTERLOCK_PAIRS=50000 npx vitest run test/policy/widened-laws.test.ts` for the long run. */
const PAIRS = Number(process.env['INTERLOCK_PAIRS'] ?? 300);

const ROUTES = {
  get: { effect: 'read', match: 'GET /orders/{id}', subject: '"order:{id}"' },
  look: { effect: 'read', match: 'GET /looks/{id}', subject: '"order:{id}"' },
  refund: { effect: 'money', match: 'POST /refunds', subject: '"order:{body.order}"' },
  payout: { effect: 'money', match: 'POST /payouts', subject: '"order:{body.order}"' },
  tag: { effect: 'write', match: 'POST /tags', subject: '"order:{body.order}"' },
} as const;
type RouteName = keyof typeof ROUTES;
const NAMES = Object.keys(ROUTES) as RouteName[];

/** A policy's rules, kind by kind, each a rule in flow YAML. */
interface Said {
  readonly allow: readonly string[];
  readonly rules: Readonly<Record<(typeof KINDS)[number], readonly string[]>>;
  readonly shared: readonly string[];
}
const KINDS = ['rates', 'budgets', 'once', 'fresh', 'approval', 'collar', 'inflight'] as const;

const one = fc.constantFrom;
const WHEN = ['', '', ', when: "body.amount <= 20"', ', when: "body.amount <= 5"', ', when: "task == \'t1\'"'];
const money = one('refund', 'payout');
const allowance = fc.tuple(one(...NAMES), one(...WHEN)).map(([route, when]) => `{ route: ${route}${when} }`);
/** Which routes a rule is about: all, one, several, or those of an effect. */
const where = one(
  '',
  'route: refund, ',
  'route: payout, ',
  'routes: [refund, payout], ',
  'effect: money, ',
  'effect: write, ',
);
const onTrip = one('deny', 'deny', 'freeze');
const usd = (...amounts: number[]): Arbitrary<string> => one(...amounts).map((amount) => `${amount} USD`);
const rule: { readonly [Kind in (typeof KINDS)[number]]: Arbitrary<string> } = {
  rates: fc
    .tuple(where, one(1, 2, 3), one('1m', '1h'), onTrip)
    .map(([at, max, per, trip]) => `{ ${at}max: ${max}, per: ${per}, onTrip: ${trip} }`),
  budgets: fc
    .tuple(where, usd(10, 20, 60), one('day, timezone: UTC', '1h'), one('agent', 'task'), onTrip)
    .map(([at, max, per, each, trip]) => `{ ${at}max: ${max}, per: ${per}, each: ${each}, onTrip: ${trip} }`),
  once: fc
    .tuple(money, one('', ', within: 1m', ', within: 1h'))
    .map(([route, within]) => `{ route: ${route}, per: subject${within} }`),
  fresh: fc
    .tuple(
      one('route: refund, ', 'routes: [refund, payout], ', 'effect: money, '),
      one('get', 'look', '[get, look]'),
      one('1m', '1h'),
    )
    .map(([at, read, age]) => `{ ${at}read: ${read}, maxAge: ${age} }`),
  approval: fc
    .tuple(one('route: refund, ', 'routes: [refund, payout], ', 'effect: money, ', ''), usd(1, 8, 30), one('1m', '30m'))
    .map(([at, above, expires]) => `{ ${at}above: ${above}, expires: ${expires} }`),
  collar: fc
    .tuple(
      one('', 'route: refund, ', 'effect: money, '),
      one('', 'min: 0 USD, ', 'min: 2 USD, '),
      usd(5, 25, 90),
      one('', ', currencies: [USD]'),
    )
    .map(([at, min, max, currencies]) => `{ ${at}${min}max: ${max}${currencies} }`),
  inflight: fc.tuple(one('', 'route: refund, '), one(1, 2)).map(([at, max]) => `{ ${at}max: ${max} }`),
};
const sharedBudget = usd(20, 60).map((max) => `{ max: ${max}, per: 1h, onTrip: deny }`);

const few = <T>(what: Arbitrary<T>, maxLength = 2): Arbitrary<T[]> => fc.array(what, { maxLength });
const said: Arbitrary<Said> = fc.record({
  allow: fc.tuple(...NAMES.map((route) => one(...WHEN).map((when) => `{ route: ${route}${when} }`))),
  rules: fc.record({
    rates: few(rule.rates),
    budgets: few(rule.budgets),
    once: few(rule.once, 1),
    fresh: few(rule.fresh, 1),
    approval: few(rule.approval),
    collar: few(rule.collar),
    inflight: few(rule.inflight, 1),
  }),
  shared: few(sharedBudget, 1),
});

/** One of the rules with another number in it: a little stricter, or a little less so. */
function nudged(rules: readonly string[]): Arbitrary<readonly string[]> {
  return fc.tuple(fc.nat(), fc.nat(), one(1, 2, 3, 5, 8, 10, 20, 30, 60)).map(([which, place, to]) => {
    const index = which % Math.max(1, rules.length);
    const numbers = [...(rules[index] ?? '').matchAll(/(?<=[ :])\d+/g)];
    const at = numbers[place % Math.max(1, numbers.length)];
    if (at === undefined) return rules;
    const splice = (text: string): string => text.slice(0, at.index) + String(to) + text.slice(at.index + at[0].length);
    return rules.map((text, its) => (its === index ? splice(text) : text));
  });
}

/** Another policy near it: of each list something stays, in some order, something changes, and something comes. */
function near({ allow, rules, shared }: Said): Arbitrary<Said> {
  const other = (own: readonly string[], more: Arbitrary<string>, usual = 10): Arbitrary<readonly string[]> =>
    fc.oneof(
      { weight: usual, arbitrary: fc.constant([...own]) },
      { weight: usual / 2, arbitrary: nudged(own) },
      { weight: 2, arbitrary: more.map((added) => [...own, added]) },
      { weight: 2, arbitrary: more.map((added) => [added, ...own]) },
      { weight: 2, arbitrary: fc.tuple(fc.shuffledSubarray([...own]), more).map(([kept, added]) => [...kept, added]) },
      { weight: 1, arbitrary: fc.shuffledSubarray([...own]) },
    );
  const kind = (name: (typeof KINDS)[number]): Arbitrary<readonly string[]> => other(rules[name], rule[name], 8);
  return fc.record({
    allow: other(allow, allowance),
    rules: fc.record({
      rates: kind('rates'),
      budgets: kind('budgets'),
      once: kind('once'),
      fresh: kind('fresh'),
      approval: kind('approval'),
      collar: kind('collar'),
      inflight: kind('inflight'),
    }),
    shared: other(shared, sharedBudget),
  });
}

/** `undefined` where the policy's own check refuses it: two allowances that are the same, say. */
function loaded({ allow, rules, shared }: Said): LoadedPolicy | undefined {
  const list = (key: string, all: readonly string[]): string => (all.length === 0 ? '' : `${key}: [${all.join(', ')}]`);
  const route = (name: RouteName): string => {
    const { effect, match, subject } = ROUTES[name];
    const amount = effect === 'money' ? ', amount: { major: body.amount, currency: body.currency, default: USD }' : '';
    return `  ${name}: { match: "${match}", upstream: api, effect: ${effect}, subject: ${subject}${amount} }`;
  };
  const text = [
    'version: 1',
    'promotion: none',
    'upstreams: { api: { url: "https://api.example", credential: { env: KEY, as: bearer } } }',
    'routes:',
    ...NAMES.map(route),
    'agents:',
    '  bot:',
    '    stage: production',
    `    ${list('allow', allow)}`,
    ...KINDS.filter((kind) => rules[kind].length > 0).map((kind) => `    ${list(kind, rules[kind])}`),
    `  other: { stage: production, allow: [${NAMES.join(', ')}] }`,
    list('budgets', shared),
    '',
  ].join('\n');
  const policy = loadPolicy(text, 'interlock.yaml');
  return policy.ok ? policy.value : undefined;
}

type Step =
  | {
      readonly kind: 'call';
      readonly route: RouteName;
      readonly order: number;
      readonly amount: number;
      readonly currency: string;
      readonly task: string;
      readonly agent: 'bot' | 'other';
    }
  | { readonly kind: 'end'; readonly nth: number; readonly effectiveness: Effectiveness }
  | { readonly kind: 'review'; readonly nth: number; readonly approved: boolean }
  | { readonly kind: 'stop' }
  | { readonly kind: 'resume' }
  | { readonly kind: 'wait'; readonly ms: number };

const aCall: Arbitrary<Step> = fc.record({
  kind: fc.constant('call' as const),
  route: one(...NAMES, 'refund', 'refund', 'payout'),
  order: one(1, 1, 2),
  amount: one(1, 4, 4, 9, 9, 22, 40, 0, -2),
  currency: one('USD', 'USD', 'USD', 'EUR'),
  task: one('t1', 't2'),
  agent: one('bot', 'bot', 'bot', 'other'),
});
const steps: Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 10, arbitrary: aCall },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('end' as const),
        nth: fc.nat(5),
        effectiveness: one<Effectiveness>('effective', 'effective', 'ineffective', 'unknown'),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('review' as const), nth: fc.nat(3), approved: one(true, true, false) }),
    },
    { weight: 1, arbitrary: one<Step>({ kind: 'stop' }, { kind: 'resume' }, { kind: 'resume' }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: one(1, 59_999, 60_000, 60_001, 3_600_000) }),
    },
  ),
  { minLength: 4, maxLength: 40, size: 'max' },
);

/** The call as a door under a policy reads it. */
function asRead(policy: LoadedPolicy, step: Extract<Step, { kind: 'call' }>, id: string, at: number): Call {
  const { route, order, amount, currency, task, agent } = step;
  const { effect } = ROUTES[route];
  const asker = { agent: agent as AgentId, task, declared: {} };
  const body = effect === 'read' ? null : { order: String(order), amount, currency };
  const request = {
    method: effect === 'read' ? 'GET' : 'POST',
    params: { id: String(order) },
    query: {},
    body,
    headers: {},
  };
  const facts = new FactReader(policy.policy).read(request, route as string as RouteId, asker);
  return call(id, {
    at,
    agent,
    route,
    effect,
    task,
    fingerprint: JSON.stringify([route, order, amount, currency]),
    ...facts,
  });
}

const counted = { pairs: 0, notWider: 0, refused: 0, allowed: 0 };

/** What the new policy lets through that the old one did not, at any place of a history that the old one decided; `undefined`: nothing. */
function newlyPasses(before: LoadedPolicy, after: LoadedPolicy, history: readonly Step[]): string | undefined {
  const [old, its] = [new Engine(before.policy), new Engine(after.policy)];
  let at = Date.parse('2026-03-02T10:00Z');
  const open: CallId[] = [];
  const tell = (event: Event): void => {
    old.apply(event);
    its.apply(event);
  };
  for (const [index, step] of history.entries()) {
    if (step.kind === 'wait') at += step.ms;
    else if (step.kind === 'stop')
      tell({ kind: 'frozen', freeze: { agent: 'bot' as AgentId, at, trip: 'freeze', by: 'human:ann', reason: 'x' } });
    else if (step.kind === 'resume') tell({ kind: 'resumed', agent: 'bot' as AgentId, at });
    else if (step.kind === 'end') {
      const [ended] = open.splice(step.nth % Math.max(1, open.length), 1);
      if (ended !== undefined) tell({ kind: 'ended', call: ended, at, effectiveness: step.effectiveness });
    } else if (step.kind === 'review') {
      const pending = old.holds.pending(at);
      const held = pending[step.nth % Math.max(1, pending.length)];
      if (held !== undefined)
        tell({ kind: 'reviewed', call: held.call, at, approved: step.approved, by: 'human:ann', reason: 'x' });
    } else {
      const [asOld, asNew] = [before, after].map((policy) => asRead(policy, step, `call_${index}`, at)) as [Call, Call];
      const decision = old.decide(asOld);
      const verdict = its.decide(asNew).verdict;
      const isAllowed = isAdmitted(decision.verdict);
      if (isAllowed) counted.allowed += 1;
      else counted.refused += 1;
      if (step.agent === 'bot' && isAdmitted(verdict) && !isAllowed)
        return `step ${index}, ${JSON.stringify(step)}: ${decision.verdict} (${decision.decisive.reason} by ${decision.decisive.rule}) became ${verdict}`;
      const hold = decision.verdict === 'hold' ? holdOf(decision) : undefined;
      tell({
        kind: 'decided',
        call: asOld,
        verdict: decision.verdict,
        trips: tripsOf(decision),
        ...(hold !== undefined && { hold: { ...hold } }),
      });
      if (isAllowed) open.push(asOld.id);
    }
  }
  return undefined;
}

const production = { before: 'production', after: 'production' } as const;

test('where a change is said to be no wider, nothing newly passes: at no place of any history', () => {
  fc.assert(
    fc.property(
      said.chain((was) => fc.tuple(fc.constant(was), near(was))),
      fc.array(steps, { minLength: 4, maxLength: 4 }),
      ([was, is], histories) => {
        const [before, after] = [loaded(was), loaded(is)];
        if (before === undefined || after === undefined) return;
        counted.pairs += 1;
        const [change] = changeOf(before, after, () => production);
        if (change === undefined || change.widened.length > 0) return;
        counted.notWider += 1;
        for (const history of histories) expect(newlyPasses(before, after, history)).toBeUndefined();
      },
    ),
    { numRuns: PAIRS },
  );
  // It was about something.
  expect(counted.notWider).toBeGreaterThan(PAIRS / 20);
  expect(Math.min(counted.refused, counted.allowed)).toBeGreaterThan(counted.notWider);
});
