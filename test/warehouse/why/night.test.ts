import { rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { whyJson } from '../../../src/report/why/json.ts';
import { whyText } from '../../../src/report/why/text.ts';
import { readArchive } from '../../../src/warehouse/why/read-archive.ts';
import { tellWhy } from '../../../src/warehouse/why/why.ts';
import { plantNight, recordsOfNight, type Night } from './night.ts';

let night: Night;

beforeAll(async () => {
  night = await plantNight();
});
afterAll(() => rmSync(path.dirname(night.dir), { recursive: true }));

const told = (asked: string) => tellWhy(readArchive(recordsOfNight(night.dir)), asked);
/** As a terminal shows it. Which records rode in one batch differs from run to run, and with it the hashes of the chain. */
const text = async (asked: string): Promise<string> => {
  const shown = whyText(await told(asked), { width: 100, place: '', now: Date.parse('2026-11-27T08:00:00Z') });
  return `${shown.replaceAll(/(page_\d+_)[0-9a-f]{12}/g, '$1············')}\n`;
};

/** What a golden is called, and what is asked for it: one of the night's calls, or a word. */
const GOLDENS: Readonly<Record<string, (calls: Night['calls']) => string>> = {
  'customer-charged-500': () => 'customer cus_9',
  'refund-approved': ({ held }) => held,
  'payee-out-of-a-letter': ({ payout }) => payout,
  'nothing-read': ({ stale }) => stale,
  'budget-and-freeze': ({ broke }) => broke,
  'crash-unknown': ({ crashed }) => crashed,
  session: () => 'session:renewals-7',
};

test.each(Object.keys(GOLDENS))('the night tells of %s as its golden does', async (name) => {
  await expect(await text(GOLDENS[name]?.(night.calls) ?? '')).toMatchFileSnapshot(`golden/${name}.txt`);
});

test('the first lines say who charged the customer 500 USD, when, for what, on which ground', async () => {
  const [first = '', ...rest] = (await text('ch_77')).split('\n\n').slice(0, 2).join('\n').split('\n');
  const lines = [first, ...rest].join(' ');
  expect(lines).toContain(
    'billing-bot created a charge of 500.00 USD for customer cus_9 at 02:17:06 UTC on 27 Nov 2026',
  );
  expect(lines).toContain('for the task "renewals of November" that ben gave it');
  expect(lines).toContain('The amount stood in the answer to GET /v1/subscriptions/sub_7 as `plan.price` (500.00 USD)');
  expect(lines).toContain('It said: "sub_7 is past due since 1 Nov');
  expect(lines).toContain('The business answered 200: ch_77.');
});

test('a held call and the call that it became are one story', async () => {
  const [held, sent] = [await told(night.calls.held), await told(night.calls.refund)];
  expect(held).toEqual(sent);
  expect(held).toMatchObject({
    kind: 'call',
    step: { call: night.calls.refund },
    hold: {
      call: night.calls.held,
      reviews: [{ by: 'ana', approved: true, reason: 'spoke to her' }],
      pages: [{ channel: 'slack:SLACK_WEBHOOK_URL', outcome: 'sent' }],
    },
  });
});

test('as JSON it has the documented shape, every instant in ISO 8601', async () => {
  const json = JSON.parse(whyJson(await told(night.calls.broke))) as Record<string, unknown>;
  expect(Object.keys(json).sort()).toEqual([
    'after',
    'answer',
    'assessments',
    'before',
    'findings',
    'gaps',
    'hold',
    'kind',
    'notes',
    'policy',
    'reread',
    'rests',
    'sent',
    'standings',
    'step',
    'stops',
    'subject',
    'summary',
    'values',
    'version',
    'who',
  ]);
  expect(json).toMatchObject({
    version: 1,
    kind: 'call',
    step: {
      at: '2026-11-27T02:25:02.000Z',
      verdict: 'deny',
      amount: { micros: '399000000', currency: 'USD', shown: '399.00 USD' },
    },
    stops: [
      {
        trip: 'freeze',
        resumed: { by: 'human:dora', at: '2026-11-27T02:41:10.000Z' },
        pages: [
          { channel: 'pagerduty:PD_ROUTING_KEY', attempts: 3, outcome: 'sent' },
          { channel: 'slack:SLACK_WEBHOOK_URL', attempts: 1 },
          {},
        ],
      },
    ],
    policy: { file: 'interlock.yaml', since: '2026-11-27T02:00:00.000Z' },
  });
});

test('the page id that woke somebody leads to the call that tripped', async () => {
  const stopped = await told(night.calls.broke);
  const page = stopped.kind === 'call' ? (stopped.stops[0]?.pages[0]?.page ?? '') : '';
  expect(await told(page)).toEqual(stopped);
});

test('what means two things is asked back, and a typing error gets what is near', async () => {
  expect(await told('renewals of November')).toMatchObject({ kind: 'account', of: { role: 'task' } });
  expect(await told('cus_8')).toMatchObject({
    kind: 'nothing',
    nearest: expect.arrayContaining(['cus_9']),
    looked: { records: recordsOfNight(night.dir).length },
  });
});
