import { describe, expect, test } from 'vitest';
import type { Stage } from '../../src/engine/call.ts';
import { changeOf, loadPolicy, needsRestart, type AgentChange, type LoadedPolicy } from '../../src/policy/index.ts';

/** What a policy of the tests says of its one agent, `bot`, beside what every one of them says. */
interface Said {
  readonly stage?: Stage;
  readonly allow?: string;
  readonly rules?: string;
  readonly routes?: Readonly<Record<string, string>>;
  readonly upstream?: string;
  readonly sections?: string;
}

const ROUTES = {
  get: 'match: "GET /orders/{id}", upstream: api, effect: read, subject: "order:{id}"',
  refund:
    'match: POST /refunds, upstream: api, effect: money, subject: "order:{body.order}", amount: { major: body.amount, currency: USD }',
};

function policy({ stage = 'production', allow = '[get, refund]', ...said }: Said): LoadedPolicy {
  const { rules = '', routes = {}, upstream = '', sections = '' } = said;
  const text = `
version: 1
upstreams: { api: { url: "https://api.example", credential: { env: KEY, as: bearer }${upstream} } }
routes:
${Object.entries({ ...ROUTES, ...routes })
  .filter(([, route]) => route !== '')
  .map(([id, route]) => `  ${id}: { ${route} }`)
  .join('\n')}
agents:
  bot: { stage: ${stage}, allow: ${allow}${rules === '' ? '' : `, ${rules}`} }
promotion: none
${sections}`;
  const loaded = loadPolicy(text, 'interlock.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure, null, 1));
  return loaded.value;
}

function change(was: Said, is: Said): AgentChange {
  const [before, after] = [policy(was), policy(is)];
  const stageIn = (loaded: LoadedPolicy, agent: string): Stage | null =>
    loaded.policy.agents.get(agent as never)?.stage ?? null;
  const changes = changeOf(before, after, (agent) => ({
    before: stageIn(before, agent),
    after: stageIn(after, agent),
  }));
  return changes.find(({ agent }) => agent === 'bot') as AgentChange;
}

const DAY = 'budgets: [{ max: 500 USD, per: day, timezone: UTC }]';
const read = (more: string): string => `match: "${more}", upstream: api, effect: read`;

describe('is no wider', () => {
  const rows: readonly [string, Said, Said, AgentChange['did']][] = [
    ['the same', { rules: DAY }, { rules: DAY }, 'same'],
    ['a smaller budget', { rules: DAY }, { rules: DAY.replace('500', '400') }, 'narrower'],
    [
      'a budget that freezes where it denied',
      { rules: DAY.replace(' }', ', onTrip: deny }') },
      { rules: DAY },
      'narrower',
    ],
    [
      'a budget over all routes for one over some',
      { rules: 'budgets: [{ route: refund, max: 5 USD, per: 24h }]' },
      { rules: 'budgets: [{ max: 5 USD, per: 24h }]' },
      'narrower',
    ],
    ['one rule more', {}, { rules: 'rates: [{ route: refund, max: 5, per: 1h }]' }, 'narrower'],
    ['a slower rate', { rules: 'rates: [{ max: 5, per: 1h }]' }, { rules: 'rates: [{ max: 4, per: 1h }]' }, 'narrower'],
    [
      'the same rules in another order',
      { rules: 'rates: [{ max: 5, per: 1h }, { max: 9, per: 1d }]' },
      { rules: 'rates: [{ max: 9, per: 1d }, { max: 5, per: 1h }]' },
      'narrower',
    ],
    ['one route less', {}, { allow: '[get]', routes: { refund: '' } }, 'narrower'],
    [
      'a condition where there was none',
      {},
      { allow: '[get, { route: refund, when: "double(body.amount) < 5.0" }]' },
      'narrower',
    ],
    [
      'a tighter collar',
      { rules: 'collar: [{ route: refund, max: 20 USD }]' },
      { rules: 'collar: [{ route: refund, min: 1 USD, max: 10 USD }]' },
      'narrower',
    ],
    [
      'approval from a lower amount on',
      { rules: 'approval: [{ route: refund, above: 20 USD }]' },
      { rules: 'approval: [{ route: refund, above: 10 USD, expires: 10m }]' },
      'narrower',
    ],
    [
      'approval of everything',
      { rules: 'approval: [{ route: refund, above: 20 USD }]' },
      { rules: 'approval: [{ route: refund }]' },
      'narrower',
    ],
    [
      'a younger read',
      { rules: 'fresh: [{ route: refund, read: get, maxAge: 60s }]' },
      { rules: 'fresh: [{ route: refund, read: get, maxAge: 30s }]' },
      'narrower',
    ],
    [
      'once for ever',
      { rules: 'once: [{ route: refund, per: subject, within: 1d }]' },
      { rules: 'once: [{ route: refund, per: subject }]' },
      'narrower',
    ],
    ['fewer at a time', { rules: 'inflight: 5' }, { rules: 'inflight: 4' }, 'narrower'],
    ['two people to resume', {}, { rules: 'resume: { people: 2 }' }, 'narrower'],
    [
      'a precondition',
      {},
      {
        routes: {
          refund: `${ROUTES.refund}, precondition: { read: "GET /orders/{body.order}", require: "response.status == 200" }`,
        },
      },
      'narrower',
    ],
    ['fewer at a time at the upstream', { upstream: ', inflight: 9' }, { upstream: ', inflight: 8' }, 'narrower'],
    ['a lower stage', {}, { stage: 'shadow' }, 'narrower'],
    ['a budget over all agents', {}, { sections: 'budgets: [{ max: 5 USD, per: 24h }]' }, 'narrower'],
  ];
  test.each(rows)('%s', (_, was, is, did) => {
    const found = change(was, is);
    expect(found.widened).toEqual([]);
    expect(found.did).toBe(did);
  });
});

describe('is wider', () => {
  const collar = 'collar: [{ route: refund, max: 20 USD }]';
  const rows: readonly [string, Said, Said, string][] = [
    ['a larger budget', { rules: DAY }, { rules: DAY.replace('500', '501') }, 'budgets[0]'],
    ['a budget in another time zone', { rules: DAY }, { rules: DAY.replace('UTC', 'Asia/Tokyo') }, 'budgets[0]'],
    [
      'a budget that denies where it froze',
      { rules: DAY },
      { rules: DAY.replace(' }', ', onTrip: deny }') },
      'budgets[0]',
    ],
    ['a pot for each task', { rules: DAY }, { rules: DAY.replace(' }', ', each: task }') }, 'budgets[0]'],
    [
      'a budget over fewer routes',
      { rules: DAY },
      { rules: DAY.replace('{ max', '{ route: refund, max') },
      'budgets[0]',
    ],
    ['no budget', { rules: DAY }, {}, 'budgets[0]'],
    ['a faster rate', { rules: 'rates: [{ max: 5, per: 1h }]' }, { rules: 'rates: [{ max: 6, per: 1h }]' }, 'rates[0]'],
    [
      'a rate over another window',
      { rules: 'rates: [{ max: 5, per: 1h }]' },
      { rules: 'rates: [{ max: 5, per: 30m }]' },
      'rates[0]',
    ],
    ['a route more', { allow: '[get]', routes: { refund: '' } }, {}, 'may call refund (money)'],
    [
      'a read more',
      {},
      { allow: '[get, list, refund]', routes: { list: read('GET /orders') } },
      'may call list (read)',
    ],
    [
      'a condition gone',
      { allow: '[get, { route: refund, when: "double(body.amount) < 5.0" }]' },
      {},
      'may call refund whatever it says',
    ],
    [
      'a condition that is another',
      { allow: '[get, { route: refund, when: "double(body.amount) < 5.0" }]' },
      { allow: '[get, { route: refund, when: "double(body.amount) < 4.0" }]' },
      'may call refund when',
    ],
    [
      'a second way in',
      { allow: '[get, { route: refund, when: "double(body.amount) < 5.0" }]' },
      {
        allow: '[get, { route: refund, when: "double(body.amount) < 5.0" }, { route: refund, when: "task == \'x\'" }]',
      },
      "may call refund when task == 'x'",
    ],
    ['a wider collar', { rules: collar }, { rules: collar.replace('20', '21') }, 'collar[0]'],
    [
      'a collar that lets zero through, where there was none',
      {},
      { rules: collar.replace('max', 'min: 0 USD, max') },
      'collar lets refund move zero or less',
    ],
    [
      'a collar that lets zero through, where there was another',
      { rules: collar },
      { rules: collar.replace('max', 'min: 0 USD, max') },
      'collar[0]',
    ],
    [
      'approval from a higher amount on',
      { rules: 'approval: [{ route: refund, above: 20 USD }]' },
      { rules: 'approval: [{ route: refund, above: 21 USD }]' },
      'approval[0]',
    ],
    [
      'an approval that lasts longer',
      { rules: 'approval: [{ route: refund, expires: 10m }]' },
      { rules: 'approval: [{ route: refund, expires: 11m }]' },
      'approval[0]',
    ],
    ['no approval', { rules: 'approval: [{ route: refund }]' }, {}, 'approval[0]'],
    [
      'an older read',
      { rules: 'fresh: [{ route: refund, read: get, maxAge: 60s }]' },
      { rules: 'fresh: [{ route: refund, read: get, maxAge: 61s }]' },
      'fresh[0]',
    ],
    [
      'once in a shorter while',
      { rules: 'once: [{ route: refund, per: subject }]' },
      { rules: 'once: [{ route: refund, per: subject, within: 1d }]' },
      'once[0]',
    ],
    [
      'a trigger that is another',
      { rules: 'triggers: [{ same: call, count: 5, within: 60s }]' },
      { rules: 'triggers: [{ same: call, count: 6, within: 60s }]' },
      'triggers[0]',
    ],
    ['more at a time', { rules: 'inflight: 5' }, { rules: 'inflight: 6' }, 'inflight'],
    ['one person to resume', { rules: 'resume: { people: 2 }' }, {}, 'resume: one person is enough'],
    [
      'a precondition gone',
      {
        routes: {
          refund: `${ROUTES.refund}, precondition: { read: "GET /orders/{body.order}", require: "response.status == 200" }`,
        },
      },
      {},
      'routes.refund.precondition is gone',
    ],
    [
      'a subject that is another',
      { rules: 'once: [{ route: refund, per: subject }]' },
      {
        rules: 'once: [{ route: refund, per: subject }]',
        routes: { refund: ROUTES.refund.replace('body.order', 'body.id') },
      },
      'routes.refund.subject is another',
    ],
    [
      'an effect that is another',
      {},
      { routes: { refund: ROUTES.refund.replace('effect: money', 'effect: write').replace(/, amount.*/, '') } },
      'routes.refund.effect is another',
    ],
    ['a higher stage', { stage: 'shadow' }, {}, 'may call refund (money)'],
    ['out of the sandbox', { stage: 'sandbox' }, { stage: 'shadow' }, 'may call get (read)'],
    [
      'no segment',
      { stage: 'limited', rules: 'segment: [{ route: refund, by: subject, share: 5% }]' },
      { rules: 'segment: [{ route: refund, by: subject, share: 5% }]' },
      'no segment holds it back',
    ],
    ['no breaker', { upstream: ', breaker: { errors: 50%, within: 60s }' }, {}, 'upstreams.api.breaker is another'],
    ['no budget over all agents', { sections: 'budgets: [{ max: 5 USD, per: 24h }]' }, {}, 'over all agents'],
  ];
  test.each(rows)('%s', (_, was, is, line) => {
    const found = change(was, is);
    expect(found.widened.join('\n')).toContain(line);
    expect(found.did).toBe('wider');
  });

  test('a route that is gone, where its requests are another’s now', () => {
    const routes = { any: read('GET /{kind}/{id}'), secret: read('GET /secrets/{id}') };
    const other = '\n  other: { stage: shadow, allow: [secret] }';
    const text = policy({ allow: '[get, any, refund, secret]', routes }).text;
    const loaded = loadPolicy(text.replace(', secret] }', `] }${other}`), 'interlock.yaml');
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
    const [before, after] = [loaded.value, policy({ allow: '[get, any, refund]', routes: { any: routes.any } })];
    const found = changeOf(before, after, (agent) => ({
      before: before.policy.agents.get(agent)?.stage ?? null,
      after: after.policy.agents.get(agent)?.stage ?? null,
    }));
    const line = 'GET /secrets/{id} is taken for any now that secret is gone';
    expect(found).toMatchObject([
      { agent: 'bot', did: 'wider', widened: [line] },
      { agent: 'other', did: 'removed', widened: [] },
    ]);
  });
});

test('what an agent in shadow would write is not real, what it reads is', () => {
  const stage = 'shadow';
  expect(change({ stage, rules: DAY }, { stage })).toMatchObject({ did: 'wider', widened: [] });
  const rate = 'rates: [{ max: 5, per: 1h }]';
  expect(change({ stage, rules: rate }, { stage }).widened).toEqual([expect.stringContaining('rates[0]')]);
  expect(change({ stage, rules: rate.replace('{ max', '{ route: refund, max') }, { stage }).widened).toEqual([]);
  const list = { allow: '[get, list, refund]', routes: { list: read('GET /orders') } };
  expect(change({ stage }, { stage, ...list }).widened).toEqual(['may call list (read)']);
  expect(change({ stage: 'sandbox' }, { stage: 'sandbox', ...list })).toMatchObject({ did: 'wider', widened: [] });
});

test('what is wired to the machine needs a restart, and what calls are judged by does not', () => {
  const was = policy({});
  const lines = (is: Said, edit: (text: string) => string = (text) => text): string => {
    const loaded = loadPolicy(edit(policy(is).text), 'interlock.yaml');
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
    return needsRestart(was, loaded.value).join('\n');
  };
  expect(lines({ rules: DAY, allow: '[get, list, refund]', routes: { list: read('GET /orders') } })).toBe('');
  expect(lines({ upstream: ', inflight: 5, breaker: { errors: 50%, within: 60s }' })).toBe('');
  for (const [what, edit] of [
    ['`upstreams.api.url`', (text: string) => text.replace('api.example', 'other.example')],
    ['`upstreams.api.credential`', (text: string) => text.replace('env: KEY', 'env: OTHER')],
    [
      '`upstreams.api.timeouts`',
      (text: string) => text.replace('as: bearer }', 'as: bearer }, timeouts: { head: 5s }'),
    ],
    ['`upstreams.api.port`', (text: string) => text.replace('as: bearer }', 'as: bearer }, port: 0')],
    ['`environment`', (text: string) => `${text}\nenvironment: other`],
    [
      '`notify`',
      (text: string) => `${text}\nnotify: [{ webhook: { url: "https://ops.example/a", secret: { env: HOOK } } }]`,
    ],
    ['`onDiskFull`', (text: string) => `${text}\nonDiskFull: { reads: continue }`],
    ['`routes.get.pii`', (text: string) => text.replace('effect: read', 'effect: read, pii: true')],
  ] as const) {
    expect(lines({}, edit), what).toContain(`${what} needs a restart`);
  }
  expect(lines({ allow: '[get, list, refund]', routes: { list: `${read('GET /orders')}, pii: true` } })).toContain(
    'a vault',
  );
});
