import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { holes } from '../../../probe/catalogue.ts';
import { call, course, HOUR_MS, ids, json, wait } from '../../../probe/by-hand.ts';
import { incidents } from '../../../probe/incidents.ts';
import { studyField, type StudyPolicy, studyPolicy } from '../../../probe/policies.ts';
import { filesBeside, NO_FILES } from '../../../src/policy/files.ts';
import { loadPolicy } from '../../../src/policy/index.ts';
import { neverOracles } from '../../../src/lab/oracles/never.ts';
import type { Oracle } from '../../../src/lab/oracles/oracle.ts';
import type { Course, Step } from '../../../src/lab/probe/course.ts';
import type { Told } from '../../../src/lab/probe/discovery.ts';
import { type Field, newField, underPolicy } from '../../../src/lab/probe/field.ts';
import { tell } from '../../../src/lab/probe/remedies.ts';
import { unifiedDiff } from '../../../src/lab/probe/remedies/line-diff.ts';
import { PolicyText } from '../../../src/lab/probe/remedies/policy-text.ts';
import { runCourse } from '../../../src/lab/probe/run-course.ts';
import type { Watcher } from '../../../src/lab/probe/watcher.ts';
import type { WorldDefinition } from '../../../src/lab/world/world.ts';
import crm from '../../../mocks/crm.ts';
import shop from '../../../mocks/shop.ts';
import { temporaryDirectory } from '../../scenarios/stage.ts';

const STARTS_AT = Date.UTC(2026, 5, 1);

interface Case {
  readonly policy: StudyPolicy;
  readonly field: Field;
  readonly oracle: Oracle;
  readonly course: Course;
  readonly told: Told;
}

async function caseOf(hole: string): Promise<Case> {
  const policy = await studyPolicy('holes', hole);
  const field = studyField(policy);
  const wanted = holes.find(({ name }) => name === hole)?.oracle;
  const oracle = neverOracles(field.loaded.never).find(({ name }) => name === wanted) as Oracle;
  const course = incidents[hole]?.(field) as Course;
  return { policy, field, oracle, course, told: tell({ field, oracle, course, files: filesBeside(policy.file) }) };
}

/** What `git apply` makes of a text. */
function applied(patch: string, file: string, before: string): string {
  const dir = temporaryDirectory();
  const target = path.join(dir, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, before);
  writeFileSync(path.join(dir, 'p.patch'), patch);
  execFileSync('git', ['apply', '--whitespace=nowarn', 'p.patch'], {
    cwd: dir,
    env: { ...process.env, GIT_CEILING_DIRECTORIES: path.dirname(dir) },
  });
  return readFileSync(target, 'utf8');
}

describe.each(holes.map(({ name }) => name))('%s', (hole) => {
  test('has a remedy: each one applies as a patch, keeps every comment, and stops the harm', async () => {
    const { policy, field, oracle, course, told } = await caseOf(hole);
    expect(told.remedies.length).toBeGreaterThan(0);
    const comments = policy.text.split('\n').filter((line) => line.trimStart().startsWith('#'));
    for (const { text } of told.remedies) {
      const loaded = loadPolicy(text, policy.file, filesBeside(policy.file));
      if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
      expect(runCourse(underPolicy(field, loaded.value), [oracle], course)).toBeUndefined();
      expect(text.split('\n').filter((line) => line.trimStart().startsWith('#'))).toEqual(comments);
    }
    const [first] = told.remedies;
    const changed = first?.patch.split('\n').filter((line) => /^[-+](?![-+])/.test(line)) ?? [];
    expect(changed.length).toBeLessThanOrEqual(6);
    expect(applied(first?.patch ?? '', policy.file.replace(/^\/+/, ''), policy.text)).toBe(first?.text);
  });
});

/** What a person would say of the hole, and the change that a person would make. */
const EXPECTED: readonly (readonly [string, string, string])[] = [
  ['once-missing', 'No rule looks at `create_refund` per subject.', 'once: create_refund per subject'],
  ['once-for-a-day', '`once` forgets what was done after 24h.', 'once: create_refund for ever'],
  [
    'approval-per-call',
    'The approval looks at each call alone: 3 calls of 100.00 USD passed under 100.00 USD.',
    'budget: 250.00 USD per day, create_transfer',
  ],
  [
    'day-of-another-zone',
    "The budget's day begins at midnight in UTC, the rule's in America/New_York.",
    'budget: the day of America/New_York',
  ],
  [
    'budget-per-task',
    'Each task has a pot of its own: one agent with several has several times the budget.',
    'budget: one pot for the agent',
  ],
  [
    'budget-per-agent',
    'Each agent has a pot of its own: 2 of them spent more than one may.',
    'budget over all agents: 200.00 USD per day',
  ],
  [
    'payee-from-content',
    'Nothing looks at `body.destination` of `pay_invoice`: acct_mule_77 was paid because somebody wrote it there.',
    'allow: pay_invoice when body.destination is one of acct_1001, acct_1002, acct_1003, acct_1004, acct_1005, acct_1006',
  ],
  [
    'dashboard-not-asked',
    'Nobody looks whether what `create_refund` acts on is still as it was.',
    'precondition: create_refund where response.body.amount_refunded == 0',
  ],
  [
    'write-as-read',
    '`notify_customer` is catalogued as a read and changes things: rules about writes pass it by.',
    'routes: the effect of notify_customer is write',
  ],
  [
    'currency-of-the-charge',
    'A `create_refund` that is read as 1.00 USD pays 1.00 EUR: nobody asks in which currency it pays.',
    'precondition: create_refund where response.body.currency == "usd"',
  ],
  [
    'bulk-as-one',
    'A call of `delete_contacts` counts as one, however many it names.',
    'collar: one item in a delete_contacts',
  ],
  ['group-gives-more', '`support` may call `create_payout`.', 'allow: support without create_payout'],
  [
    'pattern-too-wide',
    '`cancel_order` is POST /orders/{id}/{action}, and that takes in POST /orders/ord_1001/refund.',
    'allow: cancel_order unless action is refund',
  ],
];

test.each(EXPECTED)('of %s it is said: %s', async (hole, gap, title) => {
  const { told } = await caseOf(hole);
  expect(told.gap).toBe(gap);
  expect(told.remedies[0]?.title).toBe(title);
});

test('a remedy that stops the first, harmless write too stands behind those that do not', async () => {
  const { told, field, policy, course } = await caseOf('once-missing');
  const stopsFirst = told.remedies.map(({ text }) => {
    const loaded = loadPolicy(text, policy.file, filesBeside(policy.file));
    if (!loaded.ok) throw new Error('it was loaded before');
    const seen: string[] = [];
    const watcher: Watcher = { decided: (_call, { verdict }) => void seen.push(verdict) };
    runCourse(underPolicy(field, loaded.value), [], course, watcher);
    return seen.at(-2) !== 'allow';
  });
  expect(stopsFirst).toEqual(stopsFirst.toSorted((a, b) => Number(a) - Number(b)));
  expect(stopsFirst[0]).toBe(false);
});

test('of two that are as narrow, the one comes first that leaves the first write alone', async () => {
  const { told } = await caseOf('rate-per-route');
  expect(told.remedies.slice(1).map(({ title }) => title)).toEqual([
    'allow: clean-up without merge_customers (takes the feature away)',
    'allow: clean-up without delete_customer (takes the feature away)',
  ]);
});

test('a rule that an agent with good manners walks past is no remedy', async () => {
  const { told } = await caseOf('once-missing');
  expect(told.remedies.map(({ title }) => title)).toEqual([
    'once: create_refund per subject',
    'precondition: create_refund where response.body.amount_refunded == 0',
    'approval: every create_refund',
  ]);
});

/** A policy of one route, one agent and one rule about what must never happen, and what its agent does. */
interface Small {
  readonly world: WorldDefinition;
  readonly route: string;
  readonly agent: string;
  readonly never: string;
  readonly steps: (field: Field) => readonly Step[];
}

function toldOf({ world, route, agent, never, steps }: Small): readonly string[] {
  const text = `
version: 1
upstreams: { api: { url: https://api.example, credential: { env: KEY, as: bearer } } }
routes:
  ${route}
agents:
  bot:
    stage: production
    ${agent}
never: [${never}]
`;
  const loaded = loadPolicy(text, 'small.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
  const field = newField(loaded.value, new Map([['api', world]]), { seed: 1, startsAt: STARTS_AT, size: 10 });
  const [oracle] = neverOracles(field.loaded.never) as [Oracle];
  return tell({ field, oracle, course: course(steps(field)), files: NO_FILES }).remedies.map(({ title }) => title);
}

const mail = (contacts: readonly string[]): Step =>
  call('bot', json('api', '/emails', { contacts: [...contacts], subject: 'News' }));
const notice = (customer = ''): Step => call('bot', json('api', '/notifications', { customer, subject: 'News' }));

test('what a call names is bounded first, so that all that rates let through come to no more; the route is not taken away', () => {
  const small: Small = {
    world: crm,
    route: 'mail: { match: POST /emails, upstream: api, effect: write }',
    agent: 'allow: [mail]\n    rates: [{ route: mail, max: 5, per: 1h }]',
    never: '{ effect: mail, over: 20, per: 1h }',
    steps: (field) => {
      const contacts = ids(field, 'api', 'contact');
      return Array.from({ length: 3 }, () => mail(contacts.slice(0, 10)));
    },
  };
  expect(toldOf(small)).toEqual([
    'collar: at most 4 items in a mail',
    'collar: one item in a mail',
    'rate: mail at most 1 per 1h',
  ]);
});

test('of what counts no calls at all, both the items and the calls are bounded', () => {
  const small: Small = {
    world: crm,
    route: 'mail: { match: POST /emails, upstream: api, effect: write }',
    agent: 'allow: [mail]',
    never: '{ effect: mail, over: 5, per: 1h }',
    steps: (field) => [mail(ids(field, 'api', 'contact').slice(0, 6))],
  };
  expect(toldOf(small)[0]).toBe('collar: one item in a mail');
  const more = {
    ...small,
    steps: (field: Field) =>
      ids(field, 'api', 'contact')
        .slice(0, 6)
        .map((id) => mail([id])),
  };
  expect(toldOf(more)[0]).toBe('collar: one item in a mail, and rate: at most 5 per 1h');
});

test('what may happen again tomorrow is kept from happening today, and not for ever', () => {
  const small: Small = {
    world: shop,
    route: "notify: { match: POST /notifications, upstream: api, effect: write, subject: 'customer:{body.customer}' }",
    agent: 'allow: [notify]',
    never: '{ effect: notify, morePer: subject, than: 1, within: 1d }',
    steps: (field) => [notice(ids(field, 'api', 'customer')[0]), notice(ids(field, 'api', 'customer')[0])],
  };
  expect(toldOf(small).slice(0, 2)).toEqual(['once: notify per subject within 1d', 'once: notify per subject']);
  const forgets = 'allow: [notify]\n    once: [{ route: notify, per: subject, within: 1h }]';
  const later = (field: Field): readonly Step[] => {
    const one = notice(ids(field, 'api', 'customer')[0]);
    return [one, wait(2 * HOUR_MS), one];
  };
  expect(toldOf({ ...small, agent: forgets, steps: later }).slice(0, 2)).toEqual([
    'once: notify within 1d',
    'once: notify for ever',
  ]);
});

test('a condition that a policy has already is kept beside the new one', async () => {
  const { policy, field, oracle, course: incident } = await caseOf('currency-of-the-charge');
  const asks = `precondition: { read: "GET /v1/charges/{body.charge}", require: response.body.paid == true }`;
  const text = policy.text.replace(/^( +)(amount: .*)$/m, `$1$2\n$1${asks}`);
  const loaded = loadPolicy(text, policy.file);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
  const told = tell({ field: underPolicy(field, loaded.value), oracle, course: incident, files: NO_FILES });
  expect(told.remedies[0]?.patch).toContain('(response.body.paid == true) && response.body.currency == "usd"');
});

const lines = fc.array(fc.constantFrom('a', 'b', 'c', '', '  - { x: 1 }'), { maxLength: 30 });

test('a diff of any two texts is a patch that git takes, last line break or not', () => {
  fc.assert(
    fc.property(lines, lines, fc.boolean(), fc.boolean(), (one, other, endsOne, endsOther) => {
      const text = (all: readonly string[], ends: boolean): string => ['first', ...all].join('\n') + (ends ? '\n' : '');
      const [before, after] = [text(one, endsOne), text(other, endsOther)];
      const patch = unifiedDiff('dir/policy.yaml', before, after);
      if (before === after) expect(patch).toBe('');
      else expect(applied(patch, 'dir/policy.yaml', before)).toBe(after);
    }),
    { numRuns: 40 },
  );
});

const TEXT = `# A policy.
agents:
  bot:            # the first
    allow: [a, { route: b, when: "x < 1" }]   # why
    budgets:
      - { max: 500 USD, per: day, timezone: UTC } # daily

      # the last
      - max: 5 USD
        per: 1h
  # the second
  other: { stage: sandbox, allow: [a] }`;

test.each([
  [
    'a list that is not there',
    (text: PolicyText) => text.withItem(['agents', 'bot', 'once'], { route: 'a' }),
    ['+    once: [{ route: a }]'],
  ],
  [
    'a block list',
    (text: PolicyText) => text.withItem(['agents', 'bot', 'budgets'], { max: '1 USD' }),
    ['+      - { max: 1 USD }'],
  ],
  [
    'a flow mapping',
    (text: PolicyText) => text.withItem(['agents', 'other', 'allow'], 'b'),
    ['-  other: { stage: sandbox, allow: [a] }', '+  other: { stage: sandbox, allow: [a, b] }'],
  ],
  [
    'a value in a block mapping',
    (text: PolicyText) => text.withValue(['agents', 'bot', 'budgets', 1, 'per'], 'day'),
    ['-        per: 1h', '+        per: day'],
  ],
  [
    'a rule of a block list, taken out',
    (text: PolicyText) => text.without(['agents', 'bot', 'budgets', 0]),
    ['-      - { max: 500 USD, per: day, timezone: UTC } # daily'],
  ],
  [
    'a text that reads as something else',
    (text: PolicyText) => text.withItem(['agents', 'bot', 'allow'], { route: 'c', when: 'a[\'x\'] == "y"' }),
    [
      '-    allow: [a, { route: b, when: "x < 1" }]   # why',
      `+    allow: [a, { route: b, when: "x < 1" }, { route: c, when: "a['x'] == \\"y\\"" }]   # why`,
    ],
  ],
] as const)('%s changes in its own line, and nothing else does', (_, change, wanted) => {
  const after = change(new PolicyText(TEXT)) ?? '';
  const changed = unifiedDiff('p', TEXT, after)
    .split('\n')
    .filter((line) => /^[-+](?![-+])/.test(line));
  // A last line without its break is another line with one.
  expect(changed.filter((line) => !changed.includes(line.replace(/^./, (sign) => (sign === '+' ? '-' : '+'))))).toEqual(
    wanted,
  );
});
