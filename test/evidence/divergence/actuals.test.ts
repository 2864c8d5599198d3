import { describe, expect, test } from 'vitest';
import { fc, test as property } from '@fast-check/vitest';
import type { Effect } from '../../../src/engine/call.ts';
import { readActuals, type ActualsTerms, type ReadActuals } from '../../../src/evidence/divergence/actuals.ts';

const routes = new Map<string, Effect>([
  ['create_refund', 'money'],
  ['cancel_order', 'destructive'],
  ['get_charge', 'read'],
]);
const terms = (more: Partial<ActualsTerms> = {}): ActualsTerms => ({ routes, actions: new Map(), ...more });

function read(text: string, more: Partial<ActualsTerms> = {}): ReadActuals {
  const actuals = readActuals(text, terms(more));
  if (!actuals.ok) throw new Error(actuals.failure);
  return actuals.value;
}

const failure = (text: string, more: Partial<ActualsTerms> = {}): string | undefined => {
  const actuals = readActuals(text, terms(more));
  return actuals.ok ? undefined : actuals.failure;
};

const CSV = `time,session,action,subject,amount,currency,body.reason,clerk
2026-03-02T10:15:00Z,run-7,create_refund,charge:ch_1,50.00,USD,damaged,ann
2026-03-02T12:15:00+02:00,run-8,"cancel_order",order:7,,,"too late, said ""Bob""
and left",bob
2026-03-02T11:00:00Z,run-9,nothing,,,,,
`;

test('a CSV says who did what, when and to what', () => {
  const { side, caseField, timed, badRows, ignoredColumns, fields } = read(CSV);
  expect(badRows).toEqual([]);
  expect(caseField).toBe('session');
  expect(timed).toBe(true);
  expect([...fields.keys()]).toEqual(['body.reason']);
  expect(ignoredColumns).toEqual(['clerk']);
  expect([...side.cases]).toEqual(['run-7', 'run-8', 'run-9']);
  expect(side.acts).toMatchObject([
    {
      case: 'run-7',
      route: 'create_refund',
      effect: 'money',
      subject: 'charge:ch_1',
      amount: { micros: 50_000_000n, currency: 'USD' },
      at: Date.UTC(2026, 2, 2, 10, 15),
      place: 'line 2',
    },
    { case: 'run-8', route: 'cancel_order', amount: null, at: Date.UTC(2026, 2, 2, 10, 15), place: 'line 3' },
  ]);
  expect(side.acts[0]?.fields).toEqual(new Map([['body.reason', 'damaged']]));
  expect(side.acts[1]?.fields.get('body.reason')).toBe('too late, said "Bob"\nand left');
});

test('the same as NDJSON, with semicolons, with tabs, behind a byte order mark or with CRLF, is the same', () => {
  const lines = ['session,action,subject,amount', 'run-7,create_refund,charge:ch_1,50.00 USD', 'run-9,nothing,,'];
  const plain = read(lines.join('\n')).side;
  expect(plain.acts).toHaveLength(1);
  expect(read(lines.join('\n').replaceAll(',', ';')).side).toEqual(plain);
  expect(read(lines.join('\n').replaceAll(',', '\t')).side).toEqual(plain);
  expect(read(`\uFEFF${lines.join('\r\n')}\r\n`).side).toEqual(plain);
  const ndjson =
    '\n{"session":"run-7","action":"create_refund","subject":"charge:ch_1","amount":50,"currency":"usd"}\n{"session":"run-9","action":"nothing"}';
  const { side } = read(ndjson);
  expect(side.acts).toEqual(plain.acts.map((one) => ({ ...one, place: 'line 2' })));
  expect(side.cases).toEqual(plain.cases);
});

test('an incumbent’s own names are translated, and what is no business of the agent’s is left out', () => {
  const actions = new Map([
    ['Refund', 'create_refund'],
    ['Coffee', '-'],
  ]);
  const { side, badRows } = read('task,action\nt1,Refund\nt2,Coffee\nt3,get_charge\nt4,Teleport', { actions });
  expect(side.acts.map(({ case: name, route }) => [name, route])).toEqual([['t1', 'create_refund']]);
  expect([...side.cases]).toEqual(['t1', 't2', 't3']);
  expect(badRows).toEqual([{ line: 5, why: expect.stringContaining('no route is called `Teleport`') as string }]);
});

test.each([
  ['25,10 USD', '`25,10` is no decimal number of USD'],
  ['1,025.10 usd', '`1,025.10` is no decimal number of USD'],
  ['25.105 USD', 'at most 2 decimals'],
  ['25,10', 'has no currency'],
])('an amount `%s` is refused for what is wrong with it', (amount, why) => {
  const { badRows, incomplete } = read(`session\taction\tamount\nrun-7\tcreate_refund\t${amount}`);
  expect(badRows).toEqual([{ line: 2, why: expect.stringContaining(why) as string }]);
  if (why !== 'has no currency') expect(badRows[0]?.why).not.toContain('has no currency');
  expect([...incomplete]).toEqual(['run-7']);
});

test('the closest name is that of a write: nobody writes down that they read', () => {
  const named = new Map<string, Effect>([...routes, ['get_refund', 'read']]);
  const { badRows } = read('session,action\nrun-7,get_refnd', { routes: named });
  expect(badRows[0]?.why).toContain('closest is `create_refund`');
});

test('by subject, the case is what is acted on', () => {
  const { side, caseField } = read('subject,action\norder:7,cancel_order');
  expect(caseField).toBe('subject');
  expect(side.acts).toMatchObject([{ case: 'order:7', subject: 'order:7' }]);
});

test('fields compare by what they say: numbers as texts, lists whatever their spaces', () => {
  const csv = read('case,action,body.items,body.count\nc,cancel_order,"[ ""a"", 1 ]",5').side;
  const ndjson = read('{"case":"c","action":"cancel_order","body.items":["a",1],"body.count":5}').side;
  expect([...(csv.acts[0]?.fields ?? [])]).toEqual([
    ['body.items', '["a",1]'],
    ['body.count', '5'],
  ]);
  expect(ndjson.acts[0]?.fields).toEqual(csv.acts[0]?.fields);
});

describe('a row that cannot be read is listed with its line and why, and its case is not compared', () => {
  const header = 'time,session,action,amount,currency';
  test.each([
    ['2026-03-02T10:15:00Z,,create_refund,5,USD', 'it has no `session`', false],
    ['2026-03-02T10:15:00Z,s,,5,USD', 'it has no `action`', true],
    ['2026-03-02T10:15:00Z,s,create_refnd,5,USD', 'closest is `create_refund`', true],
    ['2026-03-02T10:15:00Z,s,create_refund,5,', 'has no currency', true],
    ['2026-03-02T10:15:00Z,s,create_refund,5,DOGE', 'no ISO 4217 currency', true],
    ['2026-03-02T10:15:00Z,s,create_refund,5.001,USD', 'no decimal number of USD', true],
    ['2026-03-02T10:15:00Z,s,create_refund,1e3,USD', 'no decimal number of USD', true],
    ['2026-03-02T10:15:00Z,s,create_refund,NaN,USD', 'no decimal number of USD', true],
    ['2026-03-02T10:15:00Z,s,create_refund,5 EUR,USD', 'its amount is 5.00 EUR, and its currency USD', true],
    ['2026-03-02 10:15,s,create_refund,5,USD', 'neither ISO 8601 with a zone nor milliseconds', true],
    ['2026-13-45T10:15:00Z,s,create_refund,5,USD', 'neither ISO 8601 with a zone nor milliseconds', true],
    [',s,create_refund,5,USD', 'it has no `time`', true],
    ['2026-03-02T10:15:00Z,s,create_refund,5', '4 cells, and the header 5', false],
    ['2026-03-02T10:15:00Z,s,create_refund,5,USD,more', '6 cells, and the header 5', false],
    ['"2026,s,create_refund,5,USD', 'a quoted cell does not end', false],
    ['"2026"x,s,create_refund,5,USD', 'a quoted cell does not end', false],
  ])('%s', (row, why, knowsCase) => {
    const { badRows, incomplete, side } = read(
      `${header}\n2026-03-02T10:15:00Z,before,nothing,,\n${row}\n2026-03-02T10:15:00Z,after,nothing,,\n`,
    );
    expect(badRows).toEqual([{ line: 3, why: expect.stringContaining(why) as string }]);
    expect([...incomplete]).toEqual(knowsCase ? ['s'] : []);
    expect(side.acts).toEqual([]);
    expect([...side.cases]).toEqual(['before', 'after']);
  });

  test('and of NDJSON', () => {
    const { badRows } = read('{"case":"c","action":"nothing"}\n{"case":\n[1]\nnull\n"x"');
    expect(badRows).toEqual([
      { line: 2, why: 'it is not JSON' },
      { line: 3, why: 'it is not a JSON object' },
      { line: 4, why: 'it is not a JSON object' },
      { line: 5, why: 'it is not a JSON object' },
    ]);
  });
});

test('a file that is no table says why', () => {
  expect(failure('')).toBe('it is empty');
  expect(failure('a,b\n1,2')).toBe('it has no column `session`; it has: `a`, `b`');
  expect(failure('session,b\n1,2')).toContain('it has no column `action`');
  expect(failure('session,action,session\n')).toContain('the column `session` twice');
  expect(failure('"session')).toContain('its header cannot be read');
});

test('names that objects have by nature are names like any other', () => {
  const { side } = read(
    '{"case":"__proto__","action":"cancel_order","body.constructor":"x","__proto__":{"action":"nothing"}}',
  );
  expect(side.acts).toMatchObject([{ case: '__proto__', route: 'cancel_order' }]);
  expect(read('case,action\nconstructor,cancel_order').side.acts[0]?.case).toBe('constructor');
});

property.prop([fc.string({ unit: 'binary' }).map((text) => `case,action\n${text}`)])(
  'no text makes it throw, and every row is an act, a case or listed',
  (text) => {
    const { side, badRows } = read(text);
    for (const { line } of badRows) expect(line).toBeGreaterThan(1);
    for (const one of side.acts) expect(side.cases).toContain(one.case);
  },
);

property.prop([
  fc.array(
    fc.array(fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', ' ', '🌙') }), { minLength: 2, maxLength: 2 }),
    { maxLength: 8 },
  ),
])('whatever a spreadsheet quotes is read back as it was', (cells) => {
  const named = cells.map(([name = '', note = '']) => [`x${name}x`, `x${note}x`]);
  const quoted = named.map((row) =>
    ['create_refund', ...row].map((cell) => `"${cell.replaceAll('"', '""')}"`).join(','),
  );
  const { side, badRows } = read(['action,case,body.note', ...quoted].join('\n'));
  expect(badRows).toEqual([]);
  expect(side.acts.map((one) => [one.case, one.fields.get('body.note')])).toEqual(named);
});
