import { test } from '@fast-check/vitest';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Engine } from '../../src/engine/engine.ts';
import { holdOf, tripsOf } from '../../src/engine/combine.ts';
import type { Recorded } from '../../src/journal/index.ts';
import { eventsOf } from '../../src/journal/fold.ts';
import { replay, TERMS, type CandidateDiff, type ReplayTerms } from '../../src/replay/index.ts';
import type { LoadedPolicy } from '../../src/policy/index.ts';
import { grantOf, journalOf, policyOf, reading, type Asked } from './door-journal.ts';
import { changedIn, NO_CHANGE } from './reports.ts';

interface Parts {
  readonly routes?: string;
  readonly allow?: string;
  readonly rules?: string;
  readonly stage?: string;
  readonly agent?: string;
}

const ROUTES = `
  get_charge: { match: "GET /charges/{id}", upstream: api, effect: read, subject: "charge:{id}" }
  refund: { match: POST /refunds, upstream: api, effect: money, subject: "charge:{body.charge}", amount: { minor: body.amount, currency: USD } }
  note: { match: "PUT /charges/{id}/note", upstream: api, effect: write, subject: "charge:{id}" }`;

const yaml = ({
  routes = ROUTES,
  allow = '[get_charge, refund, note]',
  rules = '',
  stage = 'production',
  agent = 'bot',
}: Parts): string => `
version: 1
upstreams: { api: { url: "http://127.0.0.1:1", network: loopback, credential: { env: KEY, as: bearer } } }
routes:${routes}
agents:
  ${agent}:
    stage: ${stage}
    allow: ${allow}
${rules}
`;

const policy = (parts: Parts = {}): LoadedPolicy => policyOf(yaml(parts));

function diffOf(
  records: readonly Recorded[],
  candidate: LoadedPolicy,
  terms: Partial<ReplayTerms> = {},
): CandidateDiff {
  const report = replay([{ name: 'test', journal: records }], [candidate], { ...TERMS, ...terms });
  if (!report.ok) throw new Error(report.failure);
  return report.value.candidates[0] as CandidateDiff;
}

const refund = (
  amount: number,
  more: Partial<Asked> & { readonly charge?: string; readonly reason?: string } = {},
): Asked => {
  const { charge = 'ch_1', reason, ...rest } = more;
  return {
    method: 'POST',
    target: '/refunds',
    body: { charge, amount, ...(reason !== undefined && { reason }) },
    ...rest,
  };
};

describe('what a candidate’s rules ask for', () => {
  const under = policy({ allow: '[get_charge, note, { route: refund, when: "body.amount <= 20000" }]' });
  const journal = journalOf(under, [refund(100), refund(900, { session: 'b' }), refund(30_000, { session: 'c' })]);

  it('a condition on the amount is judged from the columns: no body is looked into', () => {
    const narrower = diffOf(
      journal,
      policy({ allow: '[get_charge, note, { route: refund, when: "body.amount <= 500" }]' }),
    );
    expect(narrower.changes.blocked).toMatchObject({ calls: 1, money: { USD: '9000000' } });
    expect(narrower.changes.allowed.calls).toBe(0);
    expect(narrower.how).toMatchObject({ bodiesRead: 0, judge: 'columns' });
    const wider = diffOf(
      journal,
      policy({ allow: '[get_charge, note, { route: refund, when: "body.amount <= 50000" }]' }),
    );
    expect(wider.changes.allowed).toMatchObject({ calls: 1, money: { USD: '300000000' } });
    expect(wider.examples.allowed[0]).toMatchObject({ call: 'call_2', certainty: 'exact', amount: '300.00 USD' });
  });

  it('a condition on another field is read from the body, by the door’s own reader', () => {
    const records = journalOf(policy(), [
      refund(100, { reason: 'fraud' }),
      refund(100, { reason: 'mistake', session: 'b' }),
    ]);
    const diff = diffOf(
      records,
      policy({ allow: `[get_charge, note, { route: refund, when: "body.reason != 'fraud'" }]` }),
    );
    expect(diff.changes.blocked.calls).toBe(1);
    expect(diff.how).toMatchObject({ judge: 'engine', bodiesRead: 2 });
    expect(diff.by.rule.map(({ name }) => name)).toEqual(['bot.allow[2]']);
  });

  it('a sealed, erased, cut or missing body is unknown, said by rule, and no change is claimed', () => {
    const records = journalOf(policy(), [
      refund(100, { reason: 'fraud' }),
      refund(100, { session: 'b' }),
      refund(100, { session: 'c' }),
    ]);
    const sealed = `sealed_${'x'.repeat(43)}`;
    const bodies = [
      `{"charge":"ch_1","amount":100,"reason":"${sealed}"}`,
      sealed,
      '{"charge":"ch_1","amount":100,"reason":"ok"}',
    ];
    let place = 0;
    const changed = records.map((record) =>
      record.kind === 'call' ? { ...record, body: bodies[place++] ?? null } : record,
    );
    const candidate = policy({ allow: `[get_charge, note, { route: refund, when: "body.reason != 'fraud'" }]` });
    const diff = diffOf(changed, candidate);
    expect(diff.verdicts).toMatchObject({ allow: 1, unjudged: 2 });
    expect(diff.unjudged).toEqual([
      { rule: 'bot.allow[2]', why: 'body erased or sealed', calls: 2, examples: ['call_0', 'call_1'] },
    ]);
    expect(diff.changes.blocked.calls).toBe(0);
    const cut = records.map((record) =>
      record.kind === 'call' ? { ...record, verdict: 'deny', body: 'x'.repeat(16_384) } : record,
    );
    expect(diffOf(cut as Recorded[], candidate).unjudged[0]).toMatchObject({ why: 'body cut', calls: 3 });
  });

  it('an unknown condition does not matter where the call is refused whatever it says', () => {
    const records = journalOf(policy(), [refund(100, { reason: 'fraud' })]);
    const sealed = records.map((record) =>
      record.kind === 'call' ? { ...record, body: `sealed_${'x'.repeat(43)}` } : record,
    );
    const strict = policy({
      allow: `[get_charge, note, { route: refund, when: "body.reason != 'fraud'" }]`,
      rules: '    collar: [{ route: refund, max: 0.50 USD }]',
    });
    const diff = diffOf(sealed, strict);
    expect(diff.verdicts.unjudged).toBe(0);
    expect(diff.changes.blocked.calls).toBe(1);
  });

  it('a renamed route is the same to its rules; a split one is told apart by its path; a removed one is refused', () => {
    const records = journalOf(policy({ rules: '    once: [{ route: refund, per: subject }]' }), [
      refund(100),
      refund(100),
    ]);
    const renamed = ROUTES.replace('  refund:', '  give_back:');
    const same = diffOf(
      records,
      policy({
        routes: renamed,
        allow: '[get_charge, give_back, note]',
        rules: '    once: [{ route: give_back, per: subject }]',
      }),
    );
    expect(changedIn(same)).toEqual(NO_CHANGE);
    const notes = journalOf(policy(), [
      { method: 'PUT', target: '/charges/ch_1/note', body: {} },
      { method: 'PUT', target: '/charges/ch_vip/note', body: {}, session: 'b' },
    ]);
    const split = `${ROUTES}\n  vip_note: { match: "PUT /charges/ch_vip/note", upstream: api, effect: write }`;
    const without = policyOf(`${yaml({ routes: split })}  other: { stage: production, allow: [vip_note] }\n`);
    expect(diffOf(notes, without).examples.blocked.map(({ call, candidate }) => [call, candidate.reason])).toEqual([
      ['call_1', 'not_allowed'],
    ]);
    const removed = diffOf(
      notes,
      policy({ routes: ROUTES.split('\n').slice(0, 3).join('\n'), allow: '[get_charge, refund]' }),
    );
    expect(removed.examples.blocked.map(({ candidate }) => candidate.reason)).toEqual([
      'route_unknown',
      'route_unknown',
    ]);
  });

  it('a subject that the candidate reads from another field is read anew', () => {
    const other = ROUTES.replace('charge:{body.charge}', 'order:{body.order}');
    const asked = [1, 2].map((order) => ({
      ...refund(100, { charge: `ch_${order}` }),
      body: { charge: `ch_${order}`, amount: 100, order: 'o_1' },
    }));
    const diff = diffOf(
      journalOf(policy(), asked),
      policy({ routes: other, rules: '    once: [{ route: refund, per: subject }]' }),
    );
    expect(diff.examples.blocked.map(({ call, candidate }) => [call, candidate.guard])).toEqual([['call_1', 'once']]);
  });

  it('an agent that the candidate lacks may do nothing', () => {
    const diff = diffOf(journal, policy({ agent: 'somebody', allow: '[get_charge, refund, note]' }));
    expect(diff.changes.blocked.calls).toBe(2);
    expect(diff.by.rule.map(({ name }) => name)).toEqual(['bot.allow']);
  });
});

describe('other stages', () => {
  const asked = [
    refund(100),
    refund(20_000, { session: 'b' }),
    { method: 'GET', target: '/charges/ch_1', session: 'c' } as const,
  ];
  const rules = '    collar: [{ route: refund, max: 150 USD }]';

  it('a candidate in production over a shadow journal says what would newly be sent', () => {
    const answered = ROUTES.replace('currency: USD } }', 'currency: USD }, answer: { body: { id: { id: re_1 } } } }');
    const diff = diffOf(journalOf(policy({ stage: 'shadow', rules, routes: answered }), asked), policy({ rules }));
    expect(diff.changes.sent.calls).toBe(1);
    expect(diff.changes.blocked.calls + diff.changes.allowed.calls).toBe(0);
  });

  it('compared whatever the stage, only what the other guards say counts', () => {
    for (const stage of ['shadow', 'staging', 'production']) {
      const records = journalOf(policy({ stage, rules }), asked);
      expect(changedIn(diffOf(records, policy({ rules }), { stages: 'neutral' }))).toMatchObject({ changes: 0 });
      const strict = diffOf(records, policy({ rules: rules.replace('150', '0.50') }), { stages: 'neutral' });
      expect(strict.changes.blocked.calls).toBe(1);
    }
  });
});

describe('a guard that killed its agent in the recording', () => {
  const rules = '    rates: [{ route: refund, max: 1, per: 10s, onTrip: kill }]';
  const look = { method: 'GET', target: '/charges/ch_1' } as const;
  const asked = [{ ...look, session: 'b' }, refund(100), refund(200), { ...look, session: 'b' }, look];
  const records = journalOf(policy({ rules }), asked);

  it('cut off what its other sessions had under way: what they did then is not exact under a policy that would not', () => {
    const { allowed } = diffOf(records, policy()).changes;
    expect(allowed.calls).toBe(3);
    expect(allowed.certainty).toEqual({ exact: 1, own_session: 1, shared_state: 1 });
  });

  it('changes nothing under a policy that kills it just so', () => {
    expect(changedIn(diffOf(records, policy({ rules })))).toEqual(NO_CHANGE);
  });
});

describe('laws', () => {
  const someAsked = fc.array(
    fc.record({
      amount: fc.integer({ min: 1, max: 900 }),
      charge: fc.constantFrom('ch_1', 'ch_2', 'ch_3', 'CH_1'),
      session: fc.constantFrom('a', 'b'),
      afterMs: fc.constantFrom(0, 500, 5_000),
      effectiveness: fc.constantFrom(
        'effective' as const,
        'effective' as const,
        'ineffective' as const,
        'unknown' as const,
      ),
      what: fc.constantFrom('refund', 'refund', 'read', 'note'),
      reason: fc.constantFrom('fraud', 'mistake', undefined),
    }),
    { maxLength: 20 },
  );
  const requests = (all: readonly (typeof someAsked extends fc.Arbitrary<(infer One)[]> ? One : never)[]): Asked[] =>
    all.map(({ amount, charge, what, reason, ...rest }) =>
      what === 'refund'
        ? refund(amount, { charge, ...(reason !== undefined && { reason }), ...rest })
        : {
            method: what === 'read' ? 'GET' : 'PUT',
            target: `/charges/${charge}${what === 'read' ? '' : '/note'}`,
            ...rest,
          },
    );
  const RULES =
    '    rates: [{ route: refund, max: 3, per: 10s }]\n    budgets: [{ max: 15 USD, per: 1m }]\n    once: [{ route: refund, per: subject, within: 4s }]';

  test.prop([someAsked], { numRuns: 15 })(
    'without a rule fewer, nothing is newly let through before the first change',
    (all) => {
      const records = journalOf(policy({ rules: RULES }), requests(all));
      const stricter = diffOf(records, policy({ rules: `${RULES}\n    collar: [{ route: refund, max: 5 USD }]` }));
      expect(stricter.changes.allowed.certainty.exact).toBe(0);
      const looser = diffOf(records, policy({ rules: RULES.replace('max: 3', 'max: 6').replace('15 USD', '40 USD') }));
      expect(looser.changes.blocked.certainty.exact).toBe(0);
    },
  );

  test.prop([someAsked], { numRuns: 15 })('an allowance fewer only ever newly blocks', (all) => {
    const plain = policy({ rules: '    collar: [{ route: refund, max: 5 USD }]' });
    const diff = diffOf(
      journalOf(plain, requests(all)),
      policy({
        allow: '[get_charge, refund]',
        routes: ROUTES.split('\n').slice(0, 3).join('\n'),
        rules: '    collar: [{ route: refund, max: 5 USD }]',
      }),
    );
    expect(diff.changes.allowed.calls + diff.changes.held.calls).toBe(0);
    expect(diff.verdicts.unjudged).toBe(0);
  });

  const CANDIDATES = [
    policy({ rules: RULES }),
    policy({ rules: RULES.replace('max: 3', 'max: 1').replace('within: 4s', 'within: 60s') }),
    policy({
      allow: `[get_charge, { route: refund, when: "body.reason != 'fraud'" }, { route: refund, when: "body.amount < 50" }, note]`,
    }),
    policy({ allow: '[get_charge, { route: refund, when: "body.amount % 2 == 0" }, note]', rules: RULES }),
    policy({
      routes: ROUTES.replace('charge:{body.charge}', 'reason:{body.reason}'),
      rules: '    once: [{ route: refund, per: subject }]',
    }),
    policy({ routes: ROUTES.replace('minor: body.amount', 'major: body.amount'), rules: RULES }),
    policy({
      allow: '[get_charge, refund, note]',
      rules: '    approval: [{ route: refund, above: 4 USD, expires: 30m }]',
    }),
    policy({
      routes: ROUTES.replace('/charges/{id}/note', '/charges/{charge}/note').replace(
        'write, subject: "charge:{id}"',
        'write, subject: "note:{charge}"',
      ),
      rules: RULES,
    }),
  ];

  test.prop([someAsked, fc.constantFrom(...CANDIDATES), fc.constantFrom(...CANDIDATES)], { numRuns: 60 })(
    'every verdict is what a full engine finds that reads each request anew from what was sent',
    (all, was, is) => {
      const asked = requests(all);
      const records = journalOf(was, asked);
      expect(changesOf(records, is)).toEqual(naive(records, asked, is));
    },
  );
});

type Said = readonly [call: string, verdict: string, guard: string | null, rule: string | null, reason: string | null];

/** What replay says is another verdict than was recorded: few enough that every one is an example. */
function changesOf(records: readonly Recorded[], is: LoadedPolicy): readonly Said[] {
  return Object.values(diffOf(records, is).examples)
    .flat()
    .map(({ call, candidate: { verdict, guard, rule, reason } }): Said => [call, verdict, guard, rule, reason])
    .toSorted(byCall);
}

/** The naive way: every request read anew under the candidate by the door's reader, decided by an engine, one by one. */
function naive(records: readonly Recorded[], asked: readonly Asked[], is: LoadedPolicy): readonly Said[] {
  const engine = new Engine(is.policy);
  const changed: Said[] = [];
  for (const record of records) {
    if (record.kind === 'outcome') for (const event of eventsOf(record)) engine.apply(event);
    if (record.kind !== 'call') continue;
    const place = Number(record.call.slice('call_'.length));
    const { call } = reading(is, asked[place] as Asked, grantOf(record.agent), record.call, record.at);
    const decision = engine.decide(call);
    const { verdict, decisive } = decision;
    const { guard, rule, reason } = verdict === 'allow' ? { guard: null, rule: null, reason: null } : decisive;
    if (verdict !== record.verdict) changed.push([record.call, verdict, guard, rule, reason]);
    const hold = holdOf(decision);
    engine.apply({ kind: 'decided', call, verdict, trips: tripsOf(decision), ...(hold && { hold }) });
    if (verdict === 'allow' && record.verdict !== 'allow') {
      engine.apply({ kind: 'ended', call: call.id, at: record.at, effectiveness: 'effective', answer: ASSUMED });
    }
  }
  return changed.toSorted(byCall);
}

const byCall = ([a]: Said, [b]: Said): number => (a < b ? -1 : 1);

const ASSUMED = { status: 200, latencyMs: 0, retryAfterMs: null, etag: null, contract: null, values: {} };
