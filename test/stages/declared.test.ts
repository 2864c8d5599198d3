import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPolicy } from '../../src/policy/index.ts';
import type { RouteId } from '../../src/engine/ids.ts';
import { Agent, AT, filesWith, marks, policyText, real, said, shadowPolicy, statusOf } from './rig.ts';

const ROUTES = `  create_refund:
    match: POST /v1/refunds
    upstream: api
    effect: write
    subject: "charge:{body.charge}"
    answer:
      status: 201
      body:
        id: { id: re_1NfooBarBazQuxQuux01 }
        object: refund
        amount: "{body.amount}"
        charge: "{body.charge}"
        label: "refund of {body.charge}"
        created: { time: date-time }
        tags: { value: [made, "{up}"] }
        status.code: succeeded
    affects:
      - { item: "GET /v1/charges/{body.charge}", set: { refunded: true, amount_refunded: { add: body.amount } } }
  get_refund: { match: "GET /v1/refunds/{id}", upstream: api, effect: read }
  list_refunds: { match: GET /v1/refunds, upstream: api, effect: read, list: { order: oldest-first } }
  list_of_charge: { match: "GET /v1/charges/{charge}/refunds", upstream: api, effect: read, list: { order: newest-first } }
  get_charge: { match: "GET /v1/charges/{id}", upstream: api, effect: read, subject: "charge:{id}" }
  get_order: { match: "GET /v1/orders/{order}", upstream: api, effect: read, subject: "order:{order}", gone: { status: 410, body: { error.message: "no order {order}" } } }
  cancel_order: { match: "POST /v1/orders/{order}/cancel", upstream: api, effect: write, answer: { item: get_order, body: { status: cancelled } } }
  add_item: { match: "POST /v1/orders/{order}/items", upstream: api, effect: write, answer: { status: 201, body: { id: { id: it_ } } } }
  list_items: { match: "GET /v1/orders/{order}/items", upstream: api, effect: read }
  drop_order: { match: "DELETE /v1/orders/{order}", upstream: api, effect: destructive, answer: { status: 204 } }
  note_order: { match: "POST /v1/orders/{order}/note", upstream: api, effect: write, subject: "order:{order}", answer: { status: 204 } }`;

const agent = (): Agent => new Agent(shadowPolicy(ROUTES));
const REFUND = { body: { charge: 'ch_1', amount: 500 } };

describe('a policy declares outright', () => {
  it('how a write is answered', () => {
    const shown = agent().write('POST /v1/refunds', REFUND);
    expect(statusOf(shown)).toBe(201);
    expect(said(shown)).toEqual({
      id: expect.stringMatching(/^re_shadow/) as string,
      object: 'refund',
      amount: 500,
      charge: 'ch_1',
      label: 'refund of ch_1',
      created: new Date(AT).toISOString(),
      tags: ['made', '{up}'],
      status: { code: 'succeeded' },
    });
  });

  it('what it changes elsewhere, as often as it is done', () => {
    const bot = agent();
    bot.write('POST /v1/refunds', REFUND);
    bot.write('POST /v1/refunds', { body: { charge: 'ch_1', amount: 0.25 } });
    const shown = bot.read('GET /v1/charges/ch_1', real({ id: 'ch_1', refunded: false, amount_refunded: 0.1 }));
    expect(said(shown)).toEqual({ id: 'ch_1', refunded: true, amount_refunded: 500.35 });
    expect(marks(shown)).toEqual({ origin: 'overlay', merged: ['call_1', 'call_2'], unmerged: [] });
  });

  it('nothing of what the item elsewhere does not have a number for', () => {
    const bot = agent();
    bot.write('POST /v1/refunds', REFUND);
    const shown = bot.read('GET /v1/charges/ch_1', real({ id: 'ch_1' }));
    expect(marks(shown)).toEqual({ origin: 'overlay', merged: ['call_1'], unmerged: ['call_1'] });
  });

  it('that an action answers the item, as it leaves it', () => {
    const bot = agent();
    expect(statusOf(bot.write('POST /v1/orders/o1/cancel'))).toBe('item_not_read');
    bot.read('GET /v1/orders/o1', real({ order: 'o1', status: 'open', total: 5 }));
    expect(said(bot.write('POST /v1/orders/o1/cancel'))).toEqual({ order: 'o1', status: 'cancelled', total: 5 });
    const shown = bot.read('GET /v1/orders/o1', real({ order: 'o1', status: 'open', total: 7 }));
    expect(said(shown)).toEqual({ order: 'o1', status: 'cancelled', total: 7 });
  });

  it('what a deleted item answers', () => {
    const bot = agent();
    bot.write('DELETE /v1/orders/o1');
    const shown = bot.read('GET /v1/orders/o1');
    expect([statusOf(shown), said(shown)]).toEqual([410, { error: { message: 'no order o1' } }]);
    expect(statusOf(bot.write('POST /v1/orders/o1/cancel'))).toBe(410);
  });

  it('how a list is ordered, so that one real item is enough to know the place', () => {
    const bot = agent();
    const { id } = said(bot.write('POST /v1/refunds', REFUND)) as { id: string };
    const one = real([{ id: 're_1', charge: 'ch_1' }]);
    const ids = (line: string): string[] => (said(bot.read(line, one)) as { id: string }[]).map((item) => item.id);
    expect(marks(bot.read('GET /v1/refunds', one)).unmerged).toEqual(['call_1']);
    expect(ids('GET /v1/charges/ch_1/refunds')).toEqual([id, 're_1']);
    expect(ids('GET /v1/charges/ch_2/refunds')).toEqual(['re_1']);
  });
});

describe('what nobody declared is said to be missing', () => {
  it('on the item below which something was made', () => {
    const bot = agent();
    bot.write('POST /v1/orders/o1/items', { body: {} });
    expect(marks(bot.read('GET /v1/orders/o1', real({ order: 'o1' })))).toMatchObject({
      merged: [],
      unmerged: ['call_1'],
    });
  });

  it('on the subject that a write acted on', () => {
    const bot = agent();
    bot.write('POST /v1/orders/o1/note');
    expect(marks(bot.read('GET /v1/orders/o1', real({ order: 'o1' })))).toMatchObject({
      merged: [],
      unmerged: ['call_1'],
    });
    expect(bot.shadow.overlay(bot.reading('GET /v1/orders/o2'))?.kind).toBe('over');
    expect(marks(bot.read('GET /v1/orders/o2', real({})))).toMatchObject({ origin: undefined, unmerged: [] });
  });
});

describe('a declaration that cannot be meant is an error where it stands', () => {
  const faults = (key: string, route = 'POST /v1/orders/{order}/pay', effect = 'write'): string[] => {
    const routes = `  pay: { match: "${route}", upstream: api, effect: ${effect}, ${key} }
  get_order: { match: "GET /v1/orders/{order}", upstream: api, effect: read }
  list_orders: { match: GET /v1/orders, upstream: api, effect: read }`;
    const loaded = loadPolicy(policyText(routes), 'p.yaml', filesWith({}));
    return loaded.ok
      ? []
      : loaded.failure.map(({ line, message, suggestion = '' }) => `${line} ${message} ${suggestion}`.trim());
  };
  it.each([
    ['answer: { item: get_ordr }', ['7 unknown route `get_ordr` get_order']],
    ['answer: { item: list_orders }', ['7 `list_orders` reads no item']],
    ['answer: { body: { a: "{ordr}" } }', ['7 the path has no parameter `{ordr}` order']],
    [
      'answer: { body: { a: "{order" } }',
      ['7 `{order` has a brace without its partner; write { value: "…" } for a text as it stands'],
    ],
    ['answer: { body: { a: { add: body.x } } }', ['7 there is nothing to add to']],
    ['answer: { body: { a: 1, a.b: 2 } }', ['7 it lies within `a`, which is declared whole']],
    ['answer: { status: 204, body: { a: 1 } }', ['7 an answer of status 204 has no body']],
    [
      'affects: [{ item: "GET /v1/order/{order}", set: { a: 1 } }]',
      ['7 no route of `api` reads `GET /v1/order/{order}` GET /v1/orders/{order}'],
    ],
    [
      'affects: [{ item: "GET /v1/orders/{ordr}", set: { a: 1 } }]',
      ['7 the write’s path has no parameter `{ordr}` order'],
    ],
    ['affects: [{ item: "GET /v1/orders/{order}" }]', ['7 it says nothing that becomes of the item, or two things']],
    ['list: { order: newest-first }', ['7 `pay` reads no list']],
    ['gone: { body: { a: 1 } }', ['7 `pay` reads no item that could be deleted']],
  ])('%s', (key, expected) => expect(faults(key)).toEqual(expected));

  it('on a read', () => {
    expect(faults('affects: []', 'GET /v1/x', 'read')).toEqual([
      '7 `pay` is a read: it is answered by its upstream, and changes nothing',
    ]);
  });
});

describe('a write that cannot be answered is known before any call', () => {
  it('by its route', () => {
    const policy = shadowPolicy('  pay: { match: POST /v1/pay, upstream: api, effect: write }');
    expect(policy.policy.routes.get('pay' as RouteId)?.unanswerable?.reason).toBe('answer_not_described');
    expect(policy.shadow.get('pay' as RouteId)?.answer?.ok).toBe(false);
  });
});

describe('the page about shadow', () => {
  it('shows declarations that are sound', () => {
    const page = readFileSync(path.join(import.meta.dirname, '../../docs/shadow.md'), 'utf8');
    const block = /```yaml\n(routes:\n(?:.*\n)*?)```/.exec(page)?.[1] ?? '';
    const others = '  get_charge: { match: "GET /v1/charges/{id}", upstream: payments, effect: read }\n';
    const loaded = loadPolicy(
      `version: 1
upstreams:
  payments: { url: https://payments.example, credential: { env: KEY, as: bearer } }
  shop: { url: https://shop.example, credential: { env: KEY, as: bearer } }
${block}${others}agents:
  bot: { stage: shadow, allow: [create_refund, cancel_order, get_order, list_refunds, get_charge] }
`,
      'p.yaml',
    );
    expect(loaded.ok ? [] : loaded.failure).toEqual([]);
    const answers = loaded.ok ? [...loaded.value.shadow.values()].map(({ answer }) => answer?.ok) : [];
    expect(answers).toEqual([true, true, undefined, undefined, undefined]);
  });
});
