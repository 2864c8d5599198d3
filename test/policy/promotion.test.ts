import { describe, expect, test } from 'vitest';
import type { AgentId, RouteId } from '../../src/engine/ids.ts';
import { rampSteps } from '../../src/engine/ramp.ts';
import {
  ladderOf,
  loadPolicy,
  loadRecorded,
  openSegments,
  unaskedAgents,
  type LoadedPolicy,
  type PolicyFiles,
} from '../../src/policy/index.ts';

const BOT = 'bot' as AgentId;

interface Parts {
  readonly stage?: string;
  readonly promotion?: string;
  readonly identity?: string;
  readonly segment?: string;
  readonly agents?: string;
}

/** A policy of one agent that makes refunds. */
function textOf({ stage = 'production', promotion = '', identity = '', segment = '', agents = '' }: Parts): string {
  return `
version: 1
upstreams: { api: { url: "https://api.example", credential: { env: KEY, as: bearer } } }
routes:
  get_charge: { match: "GET /charges/{id}", upstream: api, effect: read }
  create_refund: { match: POST /refunds, upstream: api, effect: money, amount: { minor: body.amount, currency: USD } }
  send_mail: { match: POST /mails, upstream: api, effect: write }
agents:
  bot: { stage: ${stage}, ${identity} ${segment} allow: [get_charge, create_refund, send_mail], budgets: [{ max: 9 USD, per: 24h }] }
${agents}
${promotion === '' ? '' : `promotion: ${promotion}`}
`;
}

function load(text: string, files?: PolicyFiles): LoadedPolicy {
  const loaded = loadPolicy(text, 'p.yaml', files);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure, null, 1));
  return loaded.value;
}

const policyWith = (parts: Parts): LoadedPolicy => load(textOf(parts));
const warningsOf = (parts: Parts): string[] =>
  policyWith(parts).warnings.map(({ path, message }) => `${path}: ${message}`);

const LADDERED: Parts = {
  identity: 'identity: { version: "1" },',
  segment: 'segment: [{ effect: write, by: body.to, share: 5% }],',
};
const KEYS = 'keys: [gate.example+f5aa02ce+AbhhiDa55d4fkOW09Ay+VTuuLYxmusevWmad6h4nuD7V]';

describe('an agent starts at the highest stage that asks for nothing', () => {
  test.each([
    ['production', '', undefined],
    ['production', 'none', undefined],
    ['production', '{}', 'shadow'],
    ['limited', '{}', 'shadow'],
    ['limited', '{ production: {} }', 'shadow'],
    ['shadow', '{}', undefined],
    ['sandbox', '{}', undefined],
    ['production', '{ shadow: {} }', 'staging'],
    ['shadow', '{ shadow: {} }', 'staging'],
    ['production', '{ staging: {}, shadow: {} }', 'sandbox'],
    ['staging', '{ staging: {}, shadow: {} }', 'sandbox'],
    ['staging', '{ shadow: {} }', undefined],
  ])('%s under `promotion: %s` starts at %s', (stage, promotion, base) => {
    expect(policyWith({ stage, promotion }).policy.agents.get(BOT)?.base).toBe(base);
  });

  test('so its writes in shadow have answers, and its sandbox needs a world, before it gets that far', () => {
    const answerIn = (parts: Parts) => policyWith(parts).shadow.get('send_mail' as RouteId)?.answer;
    expect(answerIn({ promotion: 'none' })).toBeUndefined();
    expect(answerIn({ promotion: '{}' })).toMatchObject({ ok: false, failure: { reason: 'answer_not_described' } });
    expect(answerIn({ stage: 'staging', promotion: '{}' })).toBeUndefined();
    const needsWorld = 'agents.bot.stage: the sandbox needs a world, and the upstream `api` names no `mock`';
    expect(warningsOf({ promotion: '{ shadow: {} }' })).not.toContain(needsWorld);
    expect(warningsOf({ promotion: '{ staging: {}, shadow: {} }' })).toContain(needsWorld);
  });
});

describe('what stands in the way of a promotion is worth a warning', () => {
  test('nothing does where all is said', () => {
    expect(warningsOf({ ...LADDERED, promotion: `{ ${KEYS}, limited: {}, production: {} }` })).toEqual([]);
  });

  test.each<[string, Parts, string]>([
    ['no key', { ...LADDERED, promotion: '{}' }, 'promotion: nobody can sign a promotion'],
    ['no identity', { ...LADDERED, identity: '', promotion: `{ ${KEYS} }` }, 'agents.bot: nothing says which version'],
    [
      'no segment',
      { ...LADDERED, segment: '', promotion: `{ ${KEYS} }` },
      'agents.bot.stage: in limited `bot` could write nothing',
    ],
    [
      'a ramp that begins closed',
      { ...LADDERED, segment: 'segment: [{ effect: write, by: body.to, share: [0%, 5%] }],', promotion: `{ ${KEYS} }` },
      'agents.bot.segment: at the first step of its ramp `bot` could write for nobody',
    ],
    [
      'demands of a stage that nobody may reach',
      { ...LADDERED, stage: 'limited', promotion: `{ ${KEYS}, production: {} }` },
      'promotion.production: no agent may come to work in production',
    ],
    [
      'demands of steps that nobody has',
      { ...LADDERED, promotion: `{ ${KEYS}, limited: { each: {} } }` },
      'promotion.limited.each: no segment has a ramp',
    ],
  ])('%s', (_, parts, warning) => {
    expect(warningsOf(parts)).toEqual([expect.stringContaining(warning)]);
  });
});

test('who works for real must say that it is asked, or that nobody asks', () => {
  const agents = '  looker: { stage: shadow, allow: [get_charge] }';
  expect(unaskedAgents(policyWith({ agents }))).toEqual(['bot']);
  expect(unaskedAgents(policyWith({ agents, stage: 'limited' }))).toEqual(['bot']);
  expect(unaskedAgents(policyWith({ agents, stage: 'shadow' }))).toEqual([]);
  expect(unaskedAgents(policyWith({ agents, promotion: 'none' }))).toEqual([]);
  expect(unaskedAgents(policyWith({ agents, promotion: '{}' }))).toEqual([]);
});

describe('a ramp', () => {
  const ramp: Parts = {
    ...LADDERED,
    promotion: `{ ${KEYS} }`,
    segment:
      'segment: [{ route: create_refund, by: body.customer, share: [1%, 5%, 25%] }, ' +
      '{ route: send_mail, by: body.to, customers: [ann, bob], share: [0%, 10%] }],',
  };

  test('has as many steps as its longest list; after a list its last share holds', () => {
    const policy = policyWith(ramp);
    const agent = policy.policy.agents.get(BOT)!;
    expect(rampSteps(agent)).toBe(3);
    expect(agent.rules.segment.map(({ belows }) => belows.map((below) => below / 2 ** 32))).toMatchObject([
      [expect.closeTo(0.01), expect.closeTo(0.05), expect.closeTo(0.25)],
      [0, expect.closeTo(0.1)],
    ]);
    expect([1, 2, 3, null].map((step) => openSegments(policy, BOT, step))).toEqual([
      ['create_refund: 1% of body.customer', 'send_mail: 2 named of body.to'],
      ['create_refund: 5% of body.customer', 'send_mail: 2 named of body.to, and 10% of the others'],
      ['create_refund: 25% of body.customer', 'send_mail: 2 named of body.to, and 10% of the others'],
      ['create_refund: 25% of body.customer', 'send_mail: 2 named of body.to, and 10% of the others'],
    ]);
  });

  test('is none where there is one share', () => {
    expect(rampSteps(policyWith(LADDERED).policy.agents.get(BOT)!)).toBeNull();
    expect(rampSteps(policyWith({}).policy.agents.get(BOT)!)).toBeNull();
  });

  test('makes a rung of each step, the first by what shadow shows, the others by the step before', () => {
    const { base, declared, rungs } = ladderOf(policyWith(ramp), BOT)!;
    expect([base, declared]).toEqual(['shadow', 'production']);
    expect(rungs.map(({ stage, from, step }) => `${stage} ${step} from ${from}`)).toEqual([
      'limited 1 from shadow',
      'limited 2 from limited',
      'limited 3 from limited',
      'production null from limited',
    ]);
    expect(rungs[0]?.asks).toContain('14 days of calls');
    expect(rungs[2]?.asks).toContain('3 days of calls');
    expect(rungs.flatMap(({ waived }) => waived)).toEqual([]);
  });

  test('what is waived is named, and what nobody would ask for is not', () => {
    const promotion = `{ ${KEYS}, shadow: { probe: none }, production: { limited: { harm: none, strata: { weekend: none } }, efficacy: none } }`;
    const { rungs } = ladderOf(policyWith({ ...LADDERED, promotion }), BOT)!;
    expect(rungs.map(({ stage, waived }) => [stage, ...waived])).toEqual([
      ['shadow', 'the probe'],
      ['limited'],
      ['production', 'writes at weekends', 'harm', 'efficacy'],
    ]);
  });
});

describe('promotions and identities go where the rest of a policy goes', () => {
  const PARTS: Record<string, string> = {
    './promotion.yaml': `promotion: { ${KEYS}, limited: { shadow: { days: 21, classes: { send_mail: { writes: 9 } } } } }`,
    './agents.yaml': `
templates: { careful: { identity: { version: "2", model: gpt-5 }, segment: [{ effect: write, by: body.to, share: [1%, 5%] }] } }
`,
  };
  const main = textOf({}).replace('bot: { stage: production,', 'bot: { stage: production, extends: careful,');
  const text = `${main}\ninclude: [./promotion.yaml, ./agents.yaml]\n`;
  const files: PolicyFiles = { include: (name) => ({ ok: true, value: PARTS[name]! }) };
  const plain = textOf({
    identity: 'identity: { version: "2", model: gpt-5 },',
    segment: 'segment: [{ effect: write, by: body.to, share: [1%, 5%] }],',
    promotion: PARTS['./promotion.yaml']!.replace('promotion: ', ''),
  });

  test('into other files and templates, which come to the same', () => {
    const [apart, whole] = [load(text, files), load(plain)];
    expect(apart.digest).toBe(whole.digest);
    expect(apart.rulesDigest).toBe(whole.rulesDigest);
    expect(apart.promotion).toEqual(whole.promotion);
    expect(apart.identities).toEqual(whole.identities);
    const again = loadRecorded({ file: 'p.yaml', text, includes: apart.includes });
    expect(again).toMatchObject({ ok: true, value: { digest: apart.digest, promotion: apart.promotion } });
  });

  test('a fault in another file is named by its place there', () => {
    const faulty = PARTS['./promotion.yaml']!.replace('send_mail', 'send_mial');
    const loaded = loadPolicy(text, 'p.yaml', {
      include: (name) => ({ ok: true, value: name === './promotion.yaml' ? faulty : PARTS[name]! }),
    });
    expect(loaded).toMatchObject({
      ok: false,
      failure: [{ file: 'promotion.yaml', line: 1, message: 'unknown route `send_mial`', suggestion: 'send_mail' }],
    });
  });

  test('but not into two places', () => {
    const loaded = loadPolicy(`${text}promotion: none\n`, 'p.yaml', files);
    expect(loaded).toMatchObject({
      ok: false,
      failure: [
        { file: 'promotion.yaml', message: expect.stringContaining('the two cannot be put together') as string },
      ],
    });
  });
});
