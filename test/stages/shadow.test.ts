import { describe, expect, it } from 'vitest';
import { Agent, api, AT, header, json, marks, real, ref, said, sends, shadowPolicy, statusOf } from './rig.ts';

const ROUTES = `  create_refund: { match: POST /v1/refunds, upstream: api, effect: write, subject: "charge:{body.charge}" }
  get_refund: { match: "GET /v1/refunds/{id}", upstream: api, effect: read }
  list_refunds: { match: GET /v1/refunds, upstream: api, effect: read }
  count_refunds: { match: GET /v1/refunds/count, upstream: api, effect: read }
  update_refund: { match: "POST /v1/refunds/{id}", upstream: api, effect: write }
  delete_refund: { match: "DELETE /v1/refunds/{id}", upstream: api, effect: destructive }
  cancel_refund: { match: "POST /v1/refunds/{id}/cancel", upstream: api, effect: write }
  get_charge: { match: "GET /v1/charges/{id}", upstream: api, effect: read, subject: "charge:{id}" }`;

const REFUND = {
  type: 'object',
  required: ['id', 'object', 'amount', 'charge', 'created', 'currency', 'status'],
  properties: {
    id: { type: 'string', example: 're_1NfooBarBazQuxQuux01' },
    object: { type: 'string', enum: ['refund'] },
    amount: { type: 'integer' },
    charge: { type: 'string' },
    created: { type: 'integer' },
    currency: { type: 'string' },
    status: { type: 'string', enum: ['succeeded', 'pending'], default: 'succeeded' },
    reason: { type: 'string', nullable: true },
    note: { type: 'string' },
    metadata: { type: 'object', additionalProperties: { type: 'string' } },
  },
};
const NEW = {
  type: 'object',
  properties: {
    amount: { type: 'integer' },
    charge: { type: 'string' },
    currency: { type: 'string' },
    reason: { type: 'string' },
    note: { type: 'string' },
    metadata: { type: 'object', additionalProperties: { type: 'string' } },
  },
};
const FORM = 'application/x-www-form-urlencoded';
const LIST = {
  type: 'object',
  properties: { data: { type: 'array', items: ref('refund') }, has_more: { type: 'boolean' } },
};
const DOCUMENT = api(
  {
    '/v1/refunds': {
      get: { responses: { 200: json(LIST) } },
      post: { ...sends(ref('new_refund'), FORM), responses: { 200: json(ref('refund')) } },
    },
    '/v1/refunds/{id}': {
      get: { responses: { 200: json(ref('refund')) } },
      post: { ...sends(ref('new_refund'), FORM), responses: { 200: json(ref('refund')) } },
      delete: { responses: { 204: { description: 'gone' } } },
    },
    '/v1/refunds/{id}/cancel': { post: { responses: { 204: { description: 'done' } } } },
    '/v1/charges/{id}': { get: { responses: { 200: json({ type: 'object' }) } } },
  },
  { refund: REFUND, new_refund: NEW },
);

const agent = (): Agent => new Agent(shadowPolicy(ROUTES, DOCUMENT));
const SENT = 'charge=ch_1&amount=500&currency=usd&metadata[order]=7';
const older = (id: string, seconds: number, more: object = {}) => ({
  id,
  object: 'refund',
  amount: 1,
  charge: 'ch_1',
  created: AT / 1_000 - seconds,
  currency: 'usd',
  status: 'succeeded',
  ...more,
});

describe('a captured write is answered', () => {
  it('with what was sent, in the types of the document, a marked id and the time of the call', () => {
    const shown = agent().write('POST /v1/refunds', { body: SENT });
    const body = said(shown) as Record<string, unknown>;
    expect(body).toEqual({
      id: expect.stringMatching(/^re_shadow[0-9A-Za-z]{14}$/) as string,
      object: 'refund',
      amount: 500,
      charge: 'ch_1',
      created: AT / 1_000,
      currency: 'usd',
      status: 'succeeded',
      reason: null,
      metadata: { order: '7' },
    });
    expect(marks(shown)).toEqual({ origin: 'synthetic', merged: [], unmerged: [] });
    expect(header(shown, 'content-type')).toBe('application/json');
  });

  it('the same each time the journal is read, and differently for another call', () => {
    const one = said(agent().write('POST /v1/refunds', { body: SENT, call: 'call_a' }));
    expect(said(agent().write('POST /v1/refunds', { body: SENT, call: 'call_a' }))).toEqual(one);
    expect(said(agent().write('POST /v1/refunds', { body: SENT, call: 'call_b' }))).not.toEqual(one);
  });

  it('not at all where a required field has no honest source in the request', () => {
    const shown = agent().write('POST /v1/refunds', { body: 'charge=ch_1&amount=500' });
    expect(shown).toMatchObject({ kind: 'unanswerable', reason: 'answer_field_unknown' });
    expect(shown).toMatchObject({ detail: expect.stringContaining('`currency`') as string });
  });
});

describe('what the session captured', () => {
  it('is an item that exists in the session alone', () => {
    const bot = agent();
    const made = said(bot.write('POST /v1/refunds', { body: SENT })) as { id: string };
    const shown = bot.read(`GET /v1/refunds/${made.id}`);
    expect(said(shown)).toEqual(made);
    expect(marks(shown)).toEqual({ origin: 'overlay', merged: ['call_1'], unmerged: [] });
  });

  it('stands first in a list that begins with the newest, on its first page alone', () => {
    const bot = agent();
    const made = said(bot.write('POST /v1/refunds', { body: SENT })) as { id: string };
    const page = real({ object: 'list', data: [older('re_2', 10), older('re_1', 20)], has_more: false });
    const ids = (line: string): unknown =>
      (said(bot.read(line, page)) as { data: { id: string }[] }).data.map(({ id }) => id);
    expect(ids('GET /v1/refunds')).toEqual([made.id, 're_2', 're_1']);
    expect(ids('GET /v1/refunds?charge=ch_1')).toEqual([made.id, 're_2', 're_1']);
    expect(ids('GET /v1/refunds?charge=ch_9')).toEqual(['re_2', 're_1']);
    expect(ids('GET /v1/refunds?starting_after=re_3')).toEqual(['re_2', 're_1']);
  });

  it('is said to be missing where a filter cannot be evaluated', () => {
    const bot = agent();
    bot.write('POST /v1/refunds', { body: SENT });
    const shown = bot.read('GET /v1/refunds?q=anything', real({ data: [older('re_1', 5)], has_more: false }));
    expect(marks(shown)).toEqual({ origin: undefined, merged: [], unmerged: ['call_1'] });
  });

  it('counts', () => {
    const bot = agent();
    bot.write('POST /v1/refunds', { body: SENT });
    expect(said(bot.read('GET /v1/refunds/count', real({ count: 4 })))).toEqual({ count: 5 });
  });

  it('changes a real item over whatever the upstream now says of it', () => {
    const bot = agent();
    expect(statusOf(bot.write('POST /v1/refunds/re_1', { body: 'note=later' }))).toBe('item_not_read');
    bot.read('GET /v1/refunds/re_1', real(older('re_1', 5, { note: 'first' })));
    expect(said(bot.write('POST /v1/refunds/re_1', { body: 'note=later' }))).toMatchObject({
      id: 're_1',
      note: 'later',
    });
    const shown = bot.read('GET /v1/refunds/re_1', real(older('re_1', 5, { note: 'first', status: 'pending' })));
    expect(said(shown)).toMatchObject({ note: 'later', status: 'pending' });
    expect(marks(shown)).toEqual({ origin: 'overlay', merged: ['call_3'], unmerged: [] });
  });

  it('is gone once it deleted it', () => {
    const bot = agent();
    expect(statusOf(bot.write('DELETE /v1/refunds/re_1'))).toBe(204);
    expect(statusOf(bot.read('GET /v1/refunds/re_1'))).toBe(404);
    const list = bot.read('GET /v1/refunds', real({ data: [older('re_2', 1), older('re_1', 5)] }));
    expect((said(list) as { data: unknown[] }).data).toHaveLength(1);
  });

  it('may have changed its subject, in a way that nobody declared', () => {
    const bot = agent();
    bot.write('POST /v1/refunds', { body: SENT });
    const shown = bot.read('GET /v1/charges/ch_1', real({ id: 'ch_1' }));
    expect(marks(shown)).toEqual({ origin: undefined, merged: [], unmerged: ['call_1'] });
  });

  it('is another session’s concern in no way', () => {
    const bot = agent();
    const made = said(bot.write('POST /v1/refunds', { body: SENT })) as { id: string };
    expect(bot.shadow.overlay(bot.reading('GET /v1/refunds', { session: 's2' }))).toBeUndefined();
    expect(bot.shadow.rests(bot.reading(`GET /v1/refunds/${made.id}`, { session: 's2' }))).toBeUndefined();
  });
});

describe('a later call rests on it', () => {
  it('by a value, by its subject, or by coming later', () => {
    const bot = agent();
    const charge = bot.reading('GET /v1/charges/ch_1');
    expect(bot.shadow.rests(charge)).toBeUndefined();
    const made = said(bot.write('POST /v1/refunds', { body: SENT, call: 'call_w' })) as { id: string };
    expect(bot.shadow.rests(bot.reading(`GET /v1/refunds/${made.id}`))).toEqual({ how: 'value', on: ['call_w'] });
    const noted = bot.reading('POST /v1/refunds/re_1', { body: { note: `see (${made.id}).` } });
    expect(bot.shadow.rests(noted)).toEqual({ how: 'value', on: ['call_w'] });
    expect(bot.shadow.rests(charge)).toEqual({ how: 'subject', on: ['call_w'] });
    expect(bot.shadow.rests(bot.reading('GET /v1/charges/ch_2'))).toEqual({ how: 'session', on: ['call_w'] });
  });
});
