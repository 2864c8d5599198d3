import { expect, test } from 'vitest';
import { holdDetail, holdsTable } from '../../src/cli/hold-view.ts';
import type { HoldLine } from '../../src/door/operations.ts';
import { factsOf } from '../../src/journal/index.ts';
import type { CallEntry } from '../../src/journal/entry.ts';
import { call, ruleId } from '../engine/policies.ts';

const HERE = { options: ' --data x', now: Date.parse('2026-11-23T01:05:00Z') };
const held = call('call_1', { subject: 'charge:1' });
const line: HoldLine = {
  call: held.id,
  agent: held.agent,
  route: held.route,
  subject: held.subject,
  amount: '250.00 USD',
  rules: [ruleId('bot.approval[0]')],
  since: '2026-11-23T00:00:00.000Z',
  expiresAt: '2026-11-25T03:05:00.000Z',
  frozen: false,
};

function entry(body: string | null, type: string): CallEntry {
  const { agent, grant, task, session, route, effect } = held;
  const place = { stage: 'production', upstream: 'payments', method: 'POST', target: '/v1/refunds' } as const;
  const decided = { verdict: 'hold', findings: [], trips: [], facts: factsOf(held) } as const;
  const headers = { 'content-type': type };
  return {
    kind: 'call',
    at: 0,
    call: held.id,
    agent,
    grant,
    task,
    session,
    route,
    effect,
    ...place,
    ...decided,
    headers,
    body,
  };
}
const shown = (body: string | null, type: string): string => holdDetail(line, entry(body, type), HERE);

test('a body is shown whole: JSON below each other, a form decoded, anything else as it came', () => {
  expect(shown('{"amount":25000,"to":{"id":"ch_1"}}', 'application/json')).toContain('"to": {\n      "id": "ch_1"');
  const form = shown('amount=25000&metadata%5Bnote%5D=a+b', 'application/x-www-form-urlencoded');
  expect(form).toContain('amount = "25000"\n  metadata[note] = "a b"');
  expect(shown('plain', 'text/plain')).toContain('  plain\n');
  expect(shown(null, '')).toContain('(no body)');
  const long = 'x'.repeat(50_000);
  expect(shown(long, 'text/plain')).toContain(long);
});

test('a body that nobody reads is shown as what proves it, never as none', () => {
  const upload = { ...entry(null, 'image/png'), opaque: { bytes: 70_123, sha256: 'ab'.repeat(32) } };
  const text = holdDetail(line, upload, HERE);
  expect(text).toContain(`(70123 bytes that no rule has read, SHA-256 ${'ab'.repeat(32)})`);
  expect(text).not.toContain('(no body)');
});

test.each([
  ['an escape sequence that repaints the terminal', '\u001B[2J\u001B[1;1Hamount: 1.00 USD'],
  ['a carriage return over the amount', 'amount: 250.00\ramount: 1.00'],
  ['text that runs backwards', '\u202E00.052'],
])('attack: %s is shown as what it is', (_, body) => {
  const text = shown(body, 'text/plain');
  // oxlint-disable-next-line no-control-regex
  expect(text).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u202E]/);
  expect(text).toContain('\\u');
});

test('a number that printing would round is shown as it was sent', () => {
  expect(shown('{"amount":12345678901234567890}', 'application/json')).toContain('12345678901234567890');
});

test('the table says since when and until when, and how to approve', () => {
  const table = holdsTable([line, { ...line, frozen: true }], HERE);
  for (const text of [
    '00:00:00 (1h 05m)',
    '2d 2h',
    'bot (frozen)',
    'interlock approve call_1 --by NAME --reason … --data x',
  ]) {
    expect(table).toContain(text);
  }
  expect(holdsTable([], HERE)).toBe('No call waits for a human.');
});
