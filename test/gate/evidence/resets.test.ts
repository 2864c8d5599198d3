import { describe, expect, test } from 'vitest';
import type { Claim } from '../../../src/engine/standings.ts';
import type { Entry } from '../../../src/journal/entry.ts';
import { stretchOf, type Stretch } from '../../../src/gate/evidence/stretch.ts';
import type { LoadedPolicy } from '../../../src/policy/index.ts';
import {
  BOT,
  DAY_MS,
  dataWith,
  evidenceOf,
  inForce,
  MONDAY,
  policyOf,
  refund,
  stood,
  thought,
  WITH_IDENTITY,
} from './journals.ts';

const SPEC = 'openapi: 3.0.3\npaths: { "/notes/{id}": { get: { responses: { default: { description: a note } } } } }\n';
/** With a second upstream that a document describes. */
const DESCRIBED = WITH_IDENTITY.replace(
  'routes:\n',
  '  crm: { url: https://crm.example, credential: { env: CRM_KEY, as: bearer }, openapi: ./spec.yaml }\n' +
    'routes:\n  get_note: { match: "GET /notes/{id}", upstream: crm, effect: read }\n',
).replace('allow: [get_charge', 'allow: [get_note, get_charge');
const PROMPTED = DESCRIBED.replace('model: gpt-5', 'model: gpt-5, prompt: ./prompt.md');
const FILES = { './spec.yaml': SPEC, './prompt.md': 'Be kind.' };
const NOW = policyOf(PROMPTED, FILES);

/** The stretch that counts of a journal that was under one policy for two days, and then under another. */
function stretchUnder(before: LoadedPolicy, now: LoadedPolicy): Pick<Stretch, 'first' | 'last' | 'reset'> {
  const policies = [before, now].map((policy, index) => ({
    seq: 10 * index + 2,
    ...inForce(MONDAY, policy),
    hash: '',
  }));
  // As the journal has them: what is not JSON is not there.
  const recorded = JSON.parse(JSON.stringify(policies)) as typeof policies;
  const { first, last, reset } = stretchOf({
    policy: now,
    agent: BOT,
    policies: recorded,
    standings: [],
    from: 'shadow',
    at: null,
  });
  return { first, last, reset };
}

describe('what changes nothing that the evidence is of leaves it as it is', () => {
  const promotion = 'promotion: { limited: { shadow: { days: 7 } } }\n';
  test.each([
    ['a comment', PROMPTED.replace('agents:', '# the agents\nagents:'), FILES],
    ['what a promotion asks', PROMPTED + promotion, FILES],
    [
      'who is told',
      `${PROMPTED}notify: [{ webhook: { url: "https://ops.example/hook", secret: { env: HOOK_SECRET } } }]\n`,
      FILES,
    ],
    ['checkpoints', `${PROMPTED}checkpoints: { key: { env: LOG_KEY }, every: 5m }\n`, FILES],
    ['another agent’s identity', twoAgents(OTHER), FILES],
  ])('%s', (_, text, files) => {
    const now = text.includes('other:') ? twoAgents(OTHER.replace('model: x', 'model: y')) : PROMPTED;
    expect(stretchUnder(policyOf(text, files), policyOf(now, FILES))).toEqual({ first: 3, last: null, reset: null });
  });
});

const OTHER = 'other: { stage: shadow, identity: { model: x }, allow: [get_charge] }';

function twoAgents(other: string): string {
  return PROMPTED.replace('agents:\n', `agents:\n  ${other}\n`);
}

describe('what changes the agent or its rules begins its evidence anew, and the reason is said', () => {
  test.each([
    ['the version changed', PROMPTED.replace('1.4.2', '1.4.1'), FILES],
    ['the model changed', PROMPTED.replace('gpt-5', 'gpt-4'), FILES],
    ['the prompt changed', PROMPTED, { ...FILES, './prompt.md': 'Be quick.' }],
    [
      'the version changed, the model changed and the prompt changed',
      PROMPTED.replace('identity: { version: 1.4.2, model: gpt-5, prompt: ./prompt.md }', ''),
      FILES,
    ],
    ['the document `./spec.yaml` changed', PROMPTED, { ...FILES, './spec.yaml': `${SPEC}info: {}\n` }],
    ['`agents.refunds-bot.rates` changed', PROMPTED.replace('max: 60', 'max: 61'), FILES],
    ['`agents.refunds-bot.collar` changed', PROMPTED.replace('max: 500 USD', 'max: 50 USD'), FILES],
    [
      '`routes.send_credit.effect` changed',
      PROMPTED.replace(
        '    match: POST /v1/credits\n    upstream: payments\n    effect: money',
        '    match: POST /v1/credits\n    upstream: payments\n    effect: destructive',
      ),
      FILES,
    ],
    [
      'the model changed and `agents.refunds-bot.rates` changed',
      PROMPTED.replace('gpt-5', 'gpt-4').replace('max: 60', 'max: 61'),
      FILES,
    ],
  ])('%s', (reset, text, files) => {
    expect(stretchUnder(policyOf(text, files), NOW)).toEqual({ first: 13, last: null, reset });
  });

  test('a policy that this version cannot read is not the present one', () => {
    const odd = { ...NOW, digest: 'other', text: 'version: 99\n' };
    expect(stretchUnder(odd, NOW)).toMatchObject({
      first: 13,
      reset: 'this version cannot read the policy that was in force before',
    });
  });

  test('and nothing of what was counted before counts: neither sessions nor reviews', async () => {
    const before = policyOf(PROMPTED.replace('gpt-5', 'gpt-4'), FILES);
    const dir = await dataWith(before, [
      ...refund('a', MONDAY),
      thought(MONDAY, 'a', 'wrong'),
      // At the same moment: the order of the records is what counts.
      inForce(MONDAY, NOW),
      ...refund('b', MONDAY),
      thought(MONDAY, 'b', 'sane'),
      thought(MONDAY, 'a', 'wrong', 'ben'),
    ]);
    const { basis, classes, sessions, review } = await evidenceOf(NOW, dir);
    expect(basis).toMatchObject({ since: MONDAY, until: null, reset: 'the model changed' });
    expect(classes[0]).toMatchObject({ meant: 1, judged: [{ session: 'session_of_b', judged: 1, harmful: 0 }] });
    expect([sessions.all, review]).toEqual([1, { chosen: 1, reviewed: 1 }]);
  });
});

describe('of a journal only the last stretch counts', () => {
  const other = policyOf(PROMPTED.replace('gpt-5', 'gpt-4'), FILES);

  test('what was shown before another agent came and went is of an agent that may not be the same', async () => {
    const dir = await dataWith(NOW, [
      ...refund('a', MONDAY),
      inForce(MONDAY + DAY_MS, other),
      ...refund('b', MONDAY + DAY_MS),
      inForce(MONDAY + DAY_MS, NOW),
      ...refund('c', MONDAY + DAY_MS),
    ]);
    const { basis, classes } = await evidenceOf(NOW, dir);
    expect(basis).toMatchObject({ since: MONDAY + DAY_MS, until: null, reset: 'the model changed' });
    expect(classes[0]?.shown).toEqual(['c']);
  });

  test('a stretch that another policy ended is what counts until then', async () => {
    const dir = await dataWith(NOW, [
      ...refund('a', MONDAY),
      inForce(MONDAY + DAY_MS, other),
      ...refund('b', MONDAY + DAY_MS),
    ]);
    const { basis, classes } = await evidenceOf(NOW, dir);
    expect(basis).toMatchObject({ since: MONDAY, until: MONDAY + DAY_MS, reset: null });
    expect(classes[0]?.shown).toEqual(['a']);
  });

  test('under a policy that the journal never named nothing counts, and what differs is said', async () => {
    const dir = await dataWith(other, [...refund('a', MONDAY), thought(MONDAY, 'a', 'wrong')]);
    const { basis, classes, sessions, journal } = await evidenceOf(NOW, dir);
    expect(basis).toMatchObject({ since: null, until: null, reset: 'the model changed' });
    expect(classes.map(({ meant, judged }) => ({ meant, judged }))).toEqual(
      classes.map(() => ({ meant: 0, judged: [] })),
    );
    expect([sessions.all, journal.redecided.calls, journal.engines]).toEqual([0, 1, []]);
  });

  test('calls of another stage, of another agent, and the door’s own reads are none of its evidence', async () => {
    const dir = await dataWith(NOW, [
      ...refund('a', MONDAY, { stage: 'staging' }),
      ...refund('b', MONDAY, { agent: 'other-bot' as never }),
      ...refund('c', MONDAY, { before: 'a' as never }),
      ...refund('d', MONDAY),
    ]);
    const { classes, sessions } = await evidenceOf(NOW, dir);
    expect([classes[0]?.shown, sessions.all]).toEqual([['d'], 1]);
    const staging = await evidenceOf(NOW, dir, { to: 'shadow' });
    expect([staging.from, staging.classes[0]?.shown]).toEqual(['staging', ['a']]);
  });
});

const step = (number: number): Claim => ({
  stage: 'limited',
  step: number,
  until: null,
  ground: 'promotion',
  id: `p${number}`,
});
const promoted = (at: number, number: number): Entry =>
  stood(at, { what: 'promoted', promotion: `p${number}`, envelope: '' }, [step(number)]);
const demoted = (at: number): Entry => stood(at, { what: 'demoted', rule: 'harm', observed: '3%', limit: '> 1%' }, []);
const inLimited = (id: string, at: number): Entry[] => refund(id, at, { stage: 'limited', verdict: 'allow' });

describe('after it fell, and at each step, an agent shows itself anew', () => {
  test('only what came after its last demotion counts; another agent’s does not concern it', async () => {
    const dir = await dataWith(NOW, [
      ...refund('a', MONDAY),
      demoted(MONDAY + 1),
      ...refund('b', MONDAY + 1),
      demoted(MONDAY + 1),
      { ...demoted(MONDAY + 2), agent: 'other-bot' } as Entry,
      ...refund('c', MONDAY + 3),
    ]);
    const { basis, classes } = await evidenceOf(NOW, dir);
    expect(basis).toMatchObject({ since: MONDAY + 1, reset: 'it was demoted: harm 3%, where > 1% is the limit' });
    expect(classes[0]?.shown).toEqual(['c']);
  });

  test('a change of the rules after a demotion is the later reset', async () => {
    const before = policyOf(PROMPTED.replace('gpt-5', 'gpt-4'), FILES);
    const dir = await dataWith(before, [demoted(MONDAY), inForce(MONDAY + 5, NOW), ...refund('a', MONDAY + 5)]);
    expect((await evidenceOf(NOW, dir)).basis).toMatchObject({ since: MONDAY + 5, reset: 'the model changed' });
  });

  test('for a further step, only what came since the present one was opened', async () => {
    const entries = [
      ...refund('shadow', MONDAY),
      promoted(MONDAY + 1, 1),
      ...inLimited('one', MONDAY + 2),
      promoted(MONDAY + 3, 2),
      ...inLimited('two', MONDAY + 4),
      // The same step again, for another policy digest: it was never left.
      promoted(MONDAY + 5, 2),
      ...inLimited('three', MONDAY + 6),
    ];
    const dir = await dataWith(NOW, entries);
    const third = await evidenceOf(NOW, dir, { step: 3 });
    expect(third).toMatchObject({ from: 'limited', to: 'limited', step: 3 });
    expect(third.basis).toMatchObject({ since: MONDAY + 3, reset: 'step 2 of `limited` was opened' });
    expect(third.classes[0]?.shown).toEqual(['two', 'three']);
    const second = await evidenceOf(NOW, dir, { step: 2 });
    expect(second.basis).toMatchObject({ since: null, reset: 'step 1 of `limited` is not open' });
    expect(second.classes[0]?.meant).toBe(0);
    const first = await evidenceOf(NOW, dir, { step: 1 });
    expect([first.from, first.classes[0]?.shown]).toEqual(['shadow', ['shadow']]);
    const whole = await evidenceOf(NOW, dir, { to: 'production' });
    expect([whole.from, whole.classes[0]?.shown]).toEqual(['limited', ['one', 'two', 'three']]);
  });

  test('a step that was lost and won again begins when it was won again', async () => {
    const dir = await dataWith(NOW, [
      promoted(MONDAY, 1),
      ...inLimited('one', MONDAY + 1),
      stood(MONDAY + 2, { what: 'revoked', promotion: 'p1' }, []),
      promoted(MONDAY + 3, 1),
      ...inLimited('two', MONDAY + 4),
    ]);
    const { basis, classes } = await evidenceOf(NOW, dir, { step: 2 });
    expect([basis.since, classes[0]?.shown]).toEqual([MONDAY + 3, ['two']]);
  });

  test('where an agent stands by the end of the journal is said', async () => {
    const ladder = policyOf(
      `${PROMPTED.replace('stage: shadow', 'stage: limited')}promotion: { limited: {} }\n`,
      FILES,
    );
    const climbed = { ...(promoted(MONDAY, 1) as object), policy: ladder.digest } as Entry;
    const dir = await dataWith(ladder, [climbed]);
    expect((await evidenceOf(ladder, dir)).standing).toEqual({ stage: 'limited', step: 1 });
    expect((await evidenceOf(ladder, await dataWith(ladder, []))).standing).toEqual({ stage: 'shadow', step: null });
  });
});
