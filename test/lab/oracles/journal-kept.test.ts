import { describe, expect, test } from 'vitest';
import type { AgentId, CallId } from '../../../src/engine/ids.ts';
import type { Entry } from '../../../src/journal/entry.ts';
import type { Deed } from '../../../src/lab/oracles/oracle.ts';
import { promiseOracles } from '../../../src/lab/oracles/promises.ts';
import { ARRIVAL } from '../../../src/lab/sandbox/scenario.ts';
import { loadPolicy } from '../../../src/policy/index.ts';
import { doer } from './deeds.ts';

const AT = Date.parse('2026-01-15T15:00:00Z');
const loaded = loadPolicy(
  `
version: 1
upstreams:
  payments: { url: https://api.stripe.com, credential: { env: STRIPE_SECRET_KEY, as: bearer } }
routes:
  pay:
    match: POST /v1/refunds
    upstream: payments
    effect: money
    subject: "charge:{body.charge}"
    amount: { minor: body.amount, currency: USD }
  look: { match: "GET /v1/charges/{id}", upstream: payments, effect: read, subject: "charge:{id}" }
agents:
  ada:
    stage: production
    allow: [pay, look]
    approval: [{ route: pay, above: 1 USD, expires: 30m }]
    fresh: [{ route: pay, read: look, maxAge: 60s }]
    inflight: 1
`,
  'p.yaml',
);

/** `c` a call is judged, `>c` it arrives, `c!` and `c?` and `c-` it took effect, perhaps, or surely none; with when, in seconds. */
type Told = readonly [what: string, atS: number];

function callOf(id: string, at: number) {
  const route = id.startsWith('look') ? 'look' : 'pay';
  const call = doer({ id, at, agent: 'ada', route, subject: 'charge:1', units: route === 'look' ? 0 : 2 });
  const effect = route === 'look' ? ('read' as const) : ('money' as const);
  return { ...call, effect, granted: true, conditions: {}, fingerprint: route };
}

function blamed(name: string, told: readonly Told[]): boolean {
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
  const watch = promiseOracles(loaded.value)
    .find((oracle) => oracle.name === name)!
    .watch();
  const judged = new Map<string, ReturnType<typeof callOf>>();
  const hear = (entry: unknown): void => watch.journalled?.(entry as Entry);
  return told.some(([what, atS]) => {
    const at = AT + atS * 1_000;
    const [, before, word, after] = /^([>])?(\w+)([!?-])?$/.exec(what) ?? [];
    if (word === 'freeze' || word === 'kill')
      hear({ kind: 'freeze', at, agent: 'ada' as AgentId, trip: word, by: 'me' });
    else if (word === 'resume') hear({ kind: 'resume', at, agent: 'ada' });
    else if (word === 'restart') hear({ kind: 'recovery', at, unknown: [] });
    else if (word === 'yes' || word === 'no')
      hear({ kind: 'review', at, call: 'held', agent: 'ada', approved: word === 'yes' });
    else if (before === '>') {
      const entry = { at, kind: ARRIVAL, subject: 'POST /x', moneyOut: null, write: false };
      const deed: Deed = { at, upstream: 'payments', entry, by: judged.get(word as string) ?? null };
      return watch.see(deed) !== undefined;
    } else if (after !== undefined) {
      const effectiveness = { '!': 'effective', '?': 'unknown', '-': 'ineffective' }[after];
      const status = { '!': 200, '?': null, '-': 404 }[after];
      hear({ kind: 'outcome', at, call: word as CallId, effectiveness, status });
    } else {
      const call = callOf(word as string, at);
      judged.set(word as string, call);
      const { id, ...rest } = call;
      hear({ kind: 'call', ...rest, call: id, facts: { fingerprint: call.fingerprint } });
    }
    return false;
  });
}

const story = (text: string): readonly Told[] =>
  text.split(' ').map((one): Told => {
    const [what = '', at = '0'] = one.split('@');
    return [what, Number(at)];
  });

describe('a promise about what the door wrote down', () => {
  test.each<[oracle: string, happened: string, isBlamed: boolean]>([
    ['I6 freeze', 'freeze a@1 >a@1', true],
    ['I6 freeze', 'a freeze@1 >a@2', false],
    ['I6 freeze', 'a kill@1 >a@2', true],
    ['I6 freeze', 'a kill@1 >a@1', false],
    ['I6 freeze', 'a freeze@1 kill@2 >a@3', true],
    ['I6 freeze', 'freeze restart@9 a@99999 >a@99999', true],
    ['I6 freeze', 'freeze resume@1 a@2 >a@2', false],
    ['I6 freeze', 'freeze a@1 resume@2 >a@3', true],
    ['ada.approval[0]', 'a >a', true],
    ['ada.approval[0]', 'held a@1 >a@1', true],
    ['ada.approval[0]', 'held no@1 a@2 >a@2', true],
    ['ada.approval[0]', 'held yes@1 a@1799 >a@1799', false],
    ['ada.approval[0]', 'held yes@1 a@1800 >a@1800', true],
    ['ada.approval[0]', 'held yes@1 a@2 >a@2 a!@3 b@4 >b@4', true],
    ['ada.approval[0]', 'held yes@1 a@2 >a@2 a?@3 b@4 >b@4', true],
    ['ada.approval[0]', 'held yes@1 a@2 >a@2 a-@3 b@4 >b@4', false],
    ['ada.approval[0]', 'held yes@1 look@2 >look@2 a@2 >a@2', false],
    ['ada.inflight', 'a >a b@1 >b@1', true],
    ['ada.inflight', 'a >a a?@1 b@1 >b@1', false],
    ['ada.inflight', 'a >a restart@1 b@1 >b@1', false],
    ['ada.fresh[0]', 'a >a', true],
    ['ada.fresh[0]', 'look >look a@1 >a@1', true],
    ['ada.fresh[0]', 'look >look look!@1 a@60 >a@60', false],
    ['ada.fresh[0]', 'look >look look!@1 a@61 >a@61', true],
    ['ada.fresh[0]', 'look >look look-@1 a@2 >a@2', true],
    ['ada.fresh[0]', 'look >look look?@1 a@2 >a@2', true],
    ['ada.fresh[0]', 'look2 >look2 look1@30 >look1@30 look1!@40 look2!@41 a@90 >a@90', false],
  ])('%s: %s: %s', (oracle, happened, isBlamed) => {
    expect(blamed(oracle, story(happened))).toBe(isBlamed);
  });
});
