import { expect, test } from 'vitest';
import type { Finding } from '../../../src/engine/decision.ts';
import type { CallId, GrantId, RouteId, RuleId } from '../../../src/engine/ids.ts';
import type { Entry, FreezeEntry } from '../../../src/journal/entry.ts';
import { whyText } from '../../../src/report/why/text.ts';
import { withSealedNamed } from '../../../src/report/why/sealed.ts';
import { readArchive } from '../../../src/warehouse/why/read-archive.ts';
import { tellWhy } from '../../../src/warehouse/why/why.ts';
import { stood } from '../../notify/records.ts';
import { aCall, anAnswer, aGrant } from './records.ts';

/** A journal of these entries, in their order. */
function journal(...entries: readonly Entry[]) {
  return readArchive(
    entries.map((entry, index) => ({ ...entry, seq: index + 1, hash: String(index).padStart(64, '0') })),
  );
}

const call = (id: string): CallId => id as CallId;
const tell = async (entries: readonly Entry[], asked: string): Promise<string> =>
  whyText(await tellWhy(journal(...entries), asked), { width: 2_000, place: '', now: 0 });

const amount = {
  facts: { ...aCall({}).facts, subject: 'charge:ch_1', amount: { micros: '5000000', currency: 'USD' } },
};
const refund = aCall({ call: call('call_1'), route: 'create_refund' as RouteId, ...amount });

test('a captured write is never said to have taken effect', async () => {
  const captured = [
    { ...refund, stage: 'shadow', verdict: 'capture', rests: { how: 'value', on: [call('call_0')] } } as const,
    anAnswer({ call: call('call_1'), at: 2_001, origin: 'synthetic', answer: '{"id":"re_made_up"}' }),
  ];
  const text = await tell(captured, 'call_1');
  expect(text).toContain('bot meant to create a refund of 5.00 USD for charge ch_1');
  expect(text).toContain('It works in shadow, so nothing was sent');
  expect(text).toContain('it carries a value that was made up for a captured write (call_0)');
  expect(text).not.toMatch(/took effect|business answered/);
  expect(await tell(captured, 'ch_1')).toContain(
    'create_refund: 5.00 USD was meant, in 1 call that shadow kept from being sent.',
  );
});

test.each([
  [
    'no honest answer could be made',
    { status: null, failure: 'unanswerable', effectiveness: 'ineffective', answer: null },
    "the door kept the request and gave no answer in the business's place: none could be made honestly",
  ],
  [
    'it was deleted before',
    { status: 404, origin: 'overlay', effectiveness: 'ineffective' },
    'the door kept the request and answered 404, as the business would after what this session had captured before',
  ],
] as const)(
  'a captured write of which the agent was told otherwise is not said to be answered: %s',
  async (_, end, said) => {
    const captured = { ...refund, stage: 'shadow', verdict: 'capture' } as const;
    const text = await tell([captured, anAnswer({ call: call('call_1'), at: 2_001, ...end })], 'call_1');
    expect(text).toContain(said);
    expect(text).not.toContain("answered in the business's place");
  },
);

test('a value that captured writes put into an answer is not said to be the business’s', async () => {
  const read = {
    ...aCall({ call: call('call_0'), method: 'GET', target: '/v1/charges/ch_1' }),
    effect: 'read',
  } as const;
  const write = { ...refund, seq: 3, body: '{"charge":"ch_1","payee":"acct_made_77"}' };
  const answer = { origin: 'overlay', merged: [call('call_x')], answer: '{"payee":"acct_made_77"}' } as const;
  const text = await tell([read, anAnswer({ call: call('call_0'), ...answer }), write], 'call_1');
  expect(text).toMatch(
    /stood in the answer to GET \/v1\/charges\/ch_1 \(with what its captured writes would have changed\)/,
  );
});

test.each([
  ['no outcome at all', [], 'No outcome is recorded, so it may have happened; it counts as spent'],
  [
    'a crash',
    [{ kind: 'recovery', at: 3_000, epoch: 2, unknown: [call('call_1')] }],
    'The door ended before an answer came',
  ],
  [
    'a hang',
    [anAnswer({ call: call('call_1'), effectiveness: 'unknown', status: null, failure: 'timeout' })],
    'Nobody saw it end (no answer came in time), so it may have happened',
  ],
  [
    'an error of the business',
    [anAnswer({ call: call('call_1'), effectiveness: 'unknown', status: 502 })],
    'Nobody saw it end (the business answered 502)',
  ],
  [
    'a refusal of the business',
    [anAnswer({ call: call('call_1'), effectiveness: 'ineffective', status: 402 })],
    'It did not happen: the business answered 402',
  ],
] as const)('%s is said plainly', async (_, end, words) => {
  expect(await tell([refund, ...end], 'call_1')).toContain(words);
});

test('a kill that severed it is named as what cut it off', async () => {
  const freeze: FreezeEntry = {
    kind: 'freeze',
    at: 2_500,
    agent: refund.agent,
    trip: 'kill',
    by: 'human:dora',
    reason: 'something is wrong',
    call: null,
    severed: [refund.call],
  };
  const cut = anAnswer({ call: refund.call, at: 2_500, effectiveness: 'unknown', status: null, failure: 'killed' });
  const text = await tell([refund, cut, freeze], 'call_1');
  expect(text).toContain('Nobody saw it end (dora cut it off), so it may have happened');
  expect(text).toContain('dora killed bot 500 ms after ("something is wrong"). Nobody has resumed it.');
});

test('without its grant and its policy a story is told, and what is missing is said', async () => {
  const text = await tell([refund, anAnswer({ call: refund.call })], 'call_1');
  expect(text).toContain('The record of its grant grant_1 is not in this journal.');
  expect(text).toContain('No record of a policy stands before it in this journal.');
});

test('an answer that was cut off is said to be', async () => {
  const long = anAnswer({ call: refund.call, answer: '{"id":"re_1","history":[{"a', answerBytes: 70_000 });
  expect(await tell([refund, long], 'call_1')).toContain("The journal keeps the first 27 of the answer's 70000 bytes.");
});

test('sealed values are called so, one person has one number, and what was erased is said to be', async () => {
  const person = `pseudonym_${'ab'.repeat(16)}`;
  const [sealed, gone] = [`sealed_${'x'.repeat(43)}`, `sealed_${'y'.repeat(43)}`];
  const letter = aCall({
    ...refund,
    body: JSON.stringify({ email: sealed, phone: gone }),
    facts: { ...refund.facts, subject: `customer:${person}` },
  });
  const told = withSealedNamed(
    await tellWhy(journal(letter, anAnswer({ call: letter.call })), 'call_1'),
    (token) => token === gone,
  );
  const text = whyText(told, { width: 2_000, place: '', now: 0 });
  expect(text).toContain('for customer [person ababab]');
  expect(text).toMatch(/email = \[sealed\]\n.*is personal data and sealed/);
  expect(text).toContain('phone = [erased]');
  expect(text).not.toMatch(/sealed_x|sealed_y|pseudonym_/);
});

test('a grant is told with whom it was narrowed from, and who revoked it', async () => {
  const child = aGrant({
    grant: 'grant_1' as GrantId,
    parent: 'grant_0' as GrantId,
    routes: ['create_refund' as RouteId],
  });
  const parent = aGrant({ grant: 'grant_0' as GrantId, by: 'human:ben' });
  const revoked = { kind: 'revoke', at: 2_500, grant: 'grant_1' as GrantId, by: 'human:dora' } as const;
  const text = await tell([parent, child, refund, revoked], 'call_1');
  expect(text).toContain('for the task "task" that ana gave it');
  expect(text).toContain('narrowed from grant_0, made by ben');
  expect(text).toContain('revoked by dora');
});

test('one id of two subjects is asked back, each with the words that mean it alone', async () => {
  const order = aCall({ call: call('call_2'), facts: { ...refund.facts, subject: 'order:1042' } });
  const charge = aCall({ call: call('call_3'), facts: { ...refund.facts, subject: 'charge:1042' } });
  expect(await tellWhy(journal(order, charge), '1042')).toMatchObject({
    kind: 'choice',
    candidates: [{ ask: 'order:1042' }, { ask: 'charge:1042' }],
  });
  expect(await tellWhy(journal(order, charge), 'order 1042')).toMatchObject({
    kind: 'account',
    of: { name: 'order:1042' },
  });
});

test.each([
  '',
  ' ',
  '\0',
  '\0policy',
  '__proto__',
  'constructor',
  'a'.repeat(100_000),
  '%',
  "'; DROP TABLE",
  '🦊 🦊 🦊',
])('%j is no question that breaks anything', async (asked) => {
  expect(await tellWhy(journal(refund), asked)).toMatchObject({ kind: 'nothing' });
});

const RECORDED = { at: 2_001, origin: 'recorded', answer: '{"id":"re_9","charge":"ch_1"}' } as const;
const finding = (verdict: 'deny' | 'hold', guard: string, reason: string): Finding => ({
  guard,
  rule: `bot.${guard}[0]` as RuleId,
  verdict,
  reason,
});
const tooLarge = finding('deny', 'collar', 'amount_too_large');
const held = finding('hold', 'approval', 'approval_required');
const imported = { ...refund, grant: 'grant_import_1' as GrantId };

test.each([
  ['refused', { verdict: 'deny', findings: [tooLarge] }, 'refused it: the amount was too large'],
  ['held', { verdict: 'hold', findings: [held] }, 'made it wait for a human: a human had to approve it first'],
  ['captured', { verdict: 'capture', stage: 'shadow' }, 'kept it, as every write in shadow'],
] as const)('a recorded write happened there, though this policy would have %s it', async (_, decided, would) => {
  const entries = [
    aGrant({ grant: 'grant_import_1' as GrantId, by: 'import' }),
    { ...imported, ...decided },
    anAnswer({ call: call('call_1'), ...RECORDED }),
  ];
  const one = await tell(entries, 'call_1');
  expect(one).toContain('bot created a refund of 5.00 USD for charge ch_1 at');
  expect(one).toContain('As recorded, the business answered 200: re_9.');
  expect(one).toContain(`this door neither judged nor sent it then; this policy would have ${would}`);
  const all = await tell(entries, 'ch_1');
  expect(all).toContain('create_refund: 5.00 USD took effect, in 1 call.');
  expect(all).toContain('1 is from a recording, made without this door');
  expect(`${one}${all}`).not.toMatch(/othing was sent|never left the door|never sent|shadow kept|waits? for a human,/);
});

test('a recorded write that this policy would have refused and the business refused as well did not happen', async () => {
  const end = { status: 402, effectiveness: 'ineffective', answer: '{"error":"declined"}' } as const;
  const entries = [
    { ...imported, verdict: 'deny', findings: [tooLarge] } as const,
    anAnswer({ call: call('call_1'), ...RECORDED, ...end }),
  ];
  expect(await tell(entries, 'call_1')).toContain('It did not happen: the business answered 402.');
  const all = await tell(entries, 'ch_1');
  expect(all).not.toMatch(/USD took effect|never left the door/);
  expect(all).toContain('this policy would have refused or held 1 of them, of which 0 took effect');
});

const waits = { ...refund, verdict: 'hold', findings: [{ ...held, expiresAt: 3_600_000 }] } as const;

test('a held call that nobody has answered is told with until when it can be approved, and by which command', async () => {
  const command = '`interlock approve call_1 --by NAME --reason …`';
  const one = await tell([waits], 'call_1');
  expect(one).toContain(`It can be approved until 01:00:00 UTC on 1 Jan 1970: ${command}.`);
  const all = await tell([waits], 'ch_1');
  expect(all).toContain('1 was held for a human who has not answered, and not sent.');
  expect(all).toContain(`To let it through, until 01:00:00 UTC on 1 Jan 1970: ${command}.`);
  expect(all).toContain('; no human has answered. call_1');
  expect(`${one}${all}`).not.toMatch(/waits or waited|it waited for a human/);
});

test.each([
  [true, '1 was approved by a human, and not sent again.', 'a human approved it, and it was not sent again'],
  [false, '1 was refused by a human, and not sent.', 'a human refused it'],
])('a held call of which a human said %j waits for nobody', async (approved, sentence, line) => {
  const word = { kind: 'review', at: 2_500, call: call('call_1'), agent: waits.agent, approved, by: 'ana', reason: '' };
  const all = await tell([waits, word as Entry], 'ch_1');
  expect(all).toContain(sentence);
  expect(all).toContain(line);
  expect(all).not.toContain('To let it through');
});

test('of an agent its writes are counted, and no reads: those that were let through are not kept by its name', async () => {
  const reads = [1, 2, 3].map((index) =>
    aCall({
      call: call(`call_r${index}`),
      effect: 'read',
      verdict: index === 1 ? 'deny' : 'allow',
      findings: [tooLarge],
    }),
  );
  const all = await tell([...reads, refund, anAnswer({ call: call('call_1') })], 'agent:bot');
  expect(all).toContain('The agent bot: 1 write by bot.');
  expect(all).not.toMatch(/\d reads?/);
});

test('the last read of a subject itself is named before a later list that merely mentions it', async () => {
  const read = (id: string, target: string, subject: string | null) => [
    aCall({ call: call(id), effect: 'read', method: 'GET', target, facts: { ...aCall({}).facts, subject } }),
    anAnswer({ call: call(id), answer: '{}' }),
  ];
  const charge = aCall({ call: call('call_1'), facts: { ...refund.facts, subject: 'customer:cus_3' } });
  const text = await tell(
    [
      ...read('call_2', '/v1/customers/cus_3', 'customer:cus_3'),
      ...read('call_3', '/v1/charges?customer=cus_3', 'customer:cus_3'),
      charge,
      anAnswer({ call: call('call_1') }),
    ],
    'call_1',
  );
  expect(text).toContain('(GET /v1/customers/cus_3)');
});

test('a story alone below its totals stands apart from them, with its call; several say rules and who once', async () => {
  const done = [refund, anAnswer({ call: call('call_1'), at: 2_001, answer: '{}' })];
  const grant = aGrant({});
  const one = await tell([grant, ...done], 'ch_1');
  expect(one).toContain('took effect, in 1 call.\n\nbot created a refund');
  expect(one).toContain('\n(call_1)\n');
  const more = [2, 3, 4].flatMap((index) => [
    { ...refund, call: call(`call_${index}`), at: 3_000 * index },
    anAnswer({ call: call(`call_${index}`), at: 3_000 * index + 1 }),
  ]);
  const all = await tell([grant, ...done, ...more], 'ch_1');
  expect(all.match(/-- Who --/g)).toHaveLength(1);
  expect(all).toContain('1 more write of the ledger can be asked about alone: interlock why CALL');
  expect(all).not.toContain('not told below');
});

test('money that did not take effect is not told as nothing done', async () => {
  const all = await tell([refund, anAnswer({ call: call('call_1'), effectiveness: 'unknown', status: null })], 'ch_1');
  expect(all).toContain('create_refund: 5.00 USD of unknown outcome in 1 call');
  expect(all).not.toContain('0.00 USD');
});

const STOOD = [
  stood(1_000, 'promoted'),
  stood(1_500, 'expiring'),
  refund,
  stood(3_000, 'demoted'),
  stood(4_000, 'broken'),
  stood(5_000, 'whole'),
  stood(9_000_000, 'promoted', 'bot', { by: 'human:late' }),
];

test('what is told of a call says where its agent stood and what took that from it soon after', async () => {
  const text = await tell(STOOD, 'call_1');
  expect(text).toMatch(/ann promoted bot to limited/);
  expect(text).toMatch(
    /the watch over bot demoted bot from limited to shadow\s+harm: 4 of 22 reviewed sessions; the line is 1%/,
  );
  expect(text).not.toContain('late');
});

test('what is told of an agent says how it came to stand where it does, and a page of that leads there', async () => {
  const text = await tell(STOOD, 'agent:bot');
  expect(text).toContain('Where it stood');
  expect(text).toContain('ann broke the glass: bot works at production until');
  expect(text).toContain('late promoted bot to limited');
  expect(await tell(STOOD, 'page_4_000000000000')).toContain('the watch over bot demoted bot');
});
