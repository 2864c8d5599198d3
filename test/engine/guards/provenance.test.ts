import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Call, Parameter } from '../../../src/engine/call.ts';
import { comparable, type ProvenanceRule } from '../../../src/engine/guards/provenance.ts';
import type { CallId, GrantId } from '../../../src/engine/ids.ts';
import type { Route } from '../../../src/engine/policy.ts';
import { provenance as model } from '../../model/provenance.ts';
import { agent, allow, call, policy, route, routeId, routeSet, ruleId } from '../policies.ts';
import { answered, Stage } from './act.ts';

const VENDOR = 'vendor body.account';
const VENDORS = 'vendors body.data.*.account';
const TICKET = 'ticket body.text';

function source(name: string, ...sources: string[]): Route {
  return { ...route(name, 'read'), sources: new Map(sources.map((one) => [one, () => []])) };
}

const ROUTES = [
  source('vendor', VENDOR),
  source('vendors', VENDORS),
  source('ticket', TICKET),
  route('payout', 'write'),
];

const RULE: ProvenanceRule = {
  rule: ruleId('bot.provenance[0]'),
  routes: routeSet('payout'),
  field: 'body.destination',
  read: () => null,
  tasks: ['payee'],
  sources: [VENDOR, VENDORS],
  trusted: [routeId('vendor'), routeId('vendors')],
  otherwise: { kind: 'hold', expiresMs: 60_000 },
};

function policyOf(rule: ProvenanceRule) {
  const names = ROUTES.map(({ id }): string => id);
  return policy(
    [
      agent('bot', { provenance: [rule] }, { allow: allow('bot', ...names) }),
      agent('eve', {}, { allow: allow('eve', ...names) }),
    ],
    {},
    ROUTES,
  );
}

const grant = (name: string): GrantId => name as GrantId;
const read = (id: string, name: string, more: Parameters<typeof call>[1] = {}): Call =>
  call(id, { route: name, effect: 'read', amount: null, ...more });

function pay(id: string, parameter: Parameter, more: Parameters<typeof call>[1] = {}): Call {
  const parameters = { [RULE.rule]: parameter };
  const particulars = { shape: [], parameters, segment: null, precondition: null, payment: null };
  return call(id, { route: 'payout', effect: 'write', amount: null, particulars, ...more });
}
const to = (value: string | null): Parameter => ({ value, declared: false });

/** Reads by one route, and is answered with these values. */
function given(stage: Stage, name: string, source: string, values: readonly string[], status = 200, who = {}): void {
  const one = read(`r${stage.events.length}`, name, who);
  stage.call(one);
  stage.end(one.id, one.at, status, { values: { [source]: values } });
}

const ROWS: readonly (readonly [name: string, before: (stage: Stage) => void, parameter: Parameter, reason: string])[] =
  [
    ['nothing vouches for it', () => undefined, to('acct_1'), 'provenance_unknown'],
    ['the task declares it', () => undefined, { value: 'acct_1', declared: true }, 'ok'],
    ['there is no value', () => undefined, to(null), 'value_missing'],
    ['a trusted route answered it', (s) => given(s, 'vendor', VENDOR, ['acct_1']), to('acct_1'), 'ok'],
    ['a trusted list has it', (s) => given(s, 'vendors', VENDORS, ['acct_0', 'acct_1']), to('acct_1'), 'ok'],
    [
      'a trusted route answered another',
      (s) => given(s, 'vendor', VENDOR, ['acct_2']),
      to('acct_1'),
      'provenance_unknown',
    ],
    ['another case is another id', (s) => given(s, 'vendor', VENDOR, ['acct_A']), to('acct_a'), 'provenance_unknown'],
    ['a ticket says it', (s) => given(s, 'ticket', TICKET, ['acct_1']), to('acct_1'), 'provenance_unknown'],
    [
      'a ticket says it a thousand times',
      (s) => Array.from({ length: 1_000 }, () => given(s, 'ticket', TICKET, ['acct_1'])),
      to('acct_1'),
      'provenance_unknown',
    ],
    [
      'an error page of a trusted route',
      (s) => given(s, 'vendor', VENDOR, ['acct_1'], 500),
      to('acct_1'),
      'provenance_unknown',
    ],
    [
      'a 404 of a trusted route',
      (s) => given(s, 'vendor', VENDOR, ['acct_1'], 404),
      to('acct_1'),
      'provenance_unknown',
    ],
    [
      'a redirect of a trusted route',
      (s) => given(s, 'vendor', VENDOR, ['acct_1'], 302),
      to('acct_1'),
      'provenance_unknown',
    ],
    [
      'a 200 whose end nobody is sure of',
      (s) => {
        s.call(read('r', 'vendor'));
        const answer = answered(200, { values: { [VENDOR]: ['acct_1'] } });
        s.tell({ kind: 'ended', call: 'r' as CallId, at: 0, effectiveness: 'unknown', answer });
      },
      to('acct_1'),
      'provenance_unknown',
    ],
    ['a read that is under way', (s) => void s.call(read('r', 'vendor')), to('acct_1'), 'provenance_unknown'],
    ['a read that was lost', (s) => (s.call(read('r', 'vendor')), s.lose('r', 0)), to('acct_1'), 'provenance_unknown'],
    [
      'a read under another grant',
      (s) => given(s, 'vendor', VENDOR, ['acct_1'], 200, { grant: grant('grant_2') }),
      to('acct_1'),
      'provenance_unknown',
    ],
    [
      'a read by another agent',
      (s) => given(s, 'vendor', VENDOR, ['acct_1'], 200, { agent: 'eve' }),
      to('acct_1'),
      'provenance_unknown',
    ],
    [
      'a trusted read before a restart',
      (s) => (given(s, 'vendor', VENDOR, ['acct_1']), s.restart()),
      to('acct_1'),
      'ok',
    ],
    [
      'a hundred thousand other values since: what was forgotten is held',
      (s) => {
        given(s, 'vendor', VENDOR, ['acct_1']);
        for (let part = 0; part < 100; part += 1) {
          given(
            s,
            'vendor',
            VENDOR,
            Array.from({ length: 1_000 }, (_, index) => `other_${part}_${index}`),
          );
        }
      },
      to('acct_1'),
      'provenance_unknown',
    ],
  ];

test.each(ROWS)('%s', (_, before, parameter, reason) => {
  const stage = new Stage(policyOf(RULE), 'provenance');
  before(stage);
  expect(stage.call(pay('p', parameter))?.reason).toBe(reason);
});

describe('an unknown value', () => {
  test('is held until a human has looked, and says where a known one comes from', () => {
    const stage = new Stage(policyOf(RULE), 'provenance');
    const found = stage.call(pay('p', to('acct_9'), { at: 1_000 }));
    expect(found).toEqual({
      guard: 'provenance',
      rule: 'bot.provenance[0]',
      verdict: 'hold',
      reason: 'provenance_unknown',
      observed: 'acct_9',
      limit: 'a value from vendor or vendors or the task itself',
      retryable: 'if-changed',
      remedy: { kind: 'value', field: 'body.destination', routes: ['vendor', 'vendors'] },
      hint: expect.stringContaining('Do not take it from a message'),
      expiresAt: 61_000,
    });
  });

  test('is denied where the rule says so', () => {
    const stage = new Stage(policyOf({ ...RULE, otherwise: { kind: 'deny' } }), 'provenance');
    expect(stage.call(pay('p', to('acct_9')))).toMatchObject({ verdict: 'deny', reason: 'provenance_unknown' });
  });

  test('and a call without the fact is denied, never held', () => {
    const stage = new Stage(policyOf(RULE), 'provenance');
    expect(stage.call(pay('p', to('acct_9'), { particulars: null }))).toMatchObject({
      verdict: 'deny',
      reason: 'value_missing',
    });
  });
});

test.each([
  ['acct_1', 'acct_1'],
  ['  acct_1\n', 'acct_1'],
  ['Acct_1', 'Acct_1'],
  ['Ann@Shop.Example ', 'ann@shop.example'],
  ['cafe\u0301', 'caf\u00e9'],
  [4711, '4711'],
  [12.5, '12.5'],
  [2 ** 53, null],
  ['', null],
  ['  ', null],
  ['x'.repeat(257), null],
  [null, null],
  [true, null],
  [['acct_1'], null],
  [undefined, null],
])('%j is compared as %j', (value, form) => {
  expect(comparable(value)).toBe(form);
});

const values = fc.subarray(['acct_1', 'acct_2', 'acct_3']);
const move = fc.oneof(
  fc.record({
    kind: fc.constant('read' as const),
    from: fc.constantFrom(['vendor', VENDOR], ['vendors', VENDORS], ['ticket', TICKET]),
    who: fc.constantFrom('bot', 'eve'),
    grant: fc.constantFrom('grant_1', 'grant_2'),
  }),
  fc.record({
    kind: fc.constant('end' as const),
    nth: fc.nat(3),
    values,
    status: fc.constantFrom(200, 201, 304, 404, 500, null),
  }),
  fc.record({
    kind: fc.constant('pay' as const),
    value: fc.constantFrom('acct_1', 'acct_2', 'acct_3', null),
    declared: fc.boolean(),
    grant: fc.constantFrom('grant_1', 'grant_2'),
  }),
  fc.constant({ kind: 'cut' as const }),
);

test('provenance_matches_its_model, over restarts at any point', () => {
  fc.assert(
    fc.property(fc.array(move, { maxLength: 60, size: 'max' }), (moves) => {
      const stage = new Stage(policyOf(RULE), 'provenance');
      const open: Call[] = [];
      for (const [index, one] of moves.entries()) {
        if (one.kind === 'cut') stage.restart();
        else if (one.kind === 'read') {
          const asked = read(`r${index}`, one.from[0], { agent: one.who, grant: grant(one.grant), at: index });
          stage.call(asked);
          open.push(asked);
        } else if (one.kind === 'end') {
          const [ended] = open.splice(one.nth % Math.max(1, open.length), 1);
          const route = ROUTES.find(({ id }) => id === ended?.route);
          const [name = ''] = [...(route?.sources.keys() ?? [])];
          if (ended !== undefined) stage.end(ended.id, index, one.status, { values: { [name]: one.values } });
        } else {
          const declared = one.declared && one.value !== null;
          const asked = pay(`p${index}`, { value: one.value, declared }, { grant: grant(one.grant), at: index });
          const expected = model(RULE, stage.events, asked);
          expect(stage.call(asked)?.reason).toBe(expected);
        }
      }
    }),
  );
});
