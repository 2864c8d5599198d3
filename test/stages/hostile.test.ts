import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/std/canonical-json.ts';
import { SESSION_WRITES_MAX } from '../../src/stages/overlay/session.ts';
import { AGENT_SESSIONS_MAX, READING_MAX, SESSION_IDLE_MS } from '../../src/stages/overlay/sessions.ts';
import { Agent, AT, header, marks, real, said, shadowPolicy, statusOf, type Asked } from './rig.ts';

const ROUTES = `  create_thing: { match: POST /v1/things, upstream: api, effect: write, answer: { status: 201, body: { id: { id: th_ }, name: "{body.name}", created: { time: seconds } } } }
  get_thing: { match: "GET /v1/things/{id}", upstream: api, effect: read }
  list_things: { match: GET /v1/things, upstream: api, effect: read }
  count_things: { match: GET /v1/things/count, upstream: api, effect: read }
  patch_thing: { match: "PATCH /v1/things/{id}", upstream: api, effect: write, answer: { item: get_thing } }
  put_thing: { match: "PUT /v1/things/{id}", upstream: api, effect: write, answer: { status: 204 } }
  drop_thing: { match: "DELETE /v1/things/{id}", upstream: api, effect: destructive, answer: { status: 204 } }`;
const agent = (): Agent => new Agent(shadowPolicy(ROUTES));
const PATCH = { 'content-type': 'application/merge-patch+json' };
const BODIES = 'body: { json: [application/merge-patch+json], lists: true }, ';
const patching = (): Agent =>
  new Agent(shadowPolicy(ROUTES.replace('effect: write, answer: { item', `effect: write, ${BODIES}answer: { item`)));

/** What this process worked, however busy the machine is. */
const cpuMs = (): number => process.cpuUsage().user / 1_000;
/** Ten times what it takes where each item is looked at once. */
const CPU_MS_MAX = 2_500;

describe('entity tags', () => {
  const THING = { id: 't1', name: 'a' };
  const etag = { etag: '"v1"' };

  it('of a changed item are others, told apart by its content', () => {
    const bot = agent();
    bot.read('GET /v1/things/t1', real(THING, etag));
    const patched = bot.write('PATCH /v1/things/t1', { body: { name: 'b' } });
    const shown = bot.read('GET /v1/things/t1', real(THING, etag));
    expect(header(shown, 'etag')).toMatch(/^"shadow-[0-9a-f]{24}"$/);
    expect(said(patched)).toEqual({ id: 't1', name: 'b' });
    const now = header(bot.read('GET /v1/things/t1', real({ ...THING, other: 1 }, etag)), 'etag');
    expect(now).not.toBe(header(shown, 'etag'));
    const known = { headers: { 'if-none-match': now ?? '' } };
    expect(statusOf(bot.read('GET /v1/things/t1', real({ ...THING, other: 1 }, etag), known))).toBe(304);
  });

  it('hold a write off that was meant for the item as it was', () => {
    const bot = agent();
    bot.read('GET /v1/things/t1', real(THING, etag));
    const given = (tag: string, name: string): Asked => ({ headers: { 'if-match': tag }, body: { name } });
    expect(statusOf(bot.write('PATCH /v1/things/t1', given('"v1"', 'b')))).toBe(200);
    expect(statusOf(bot.write('PATCH /v1/things/t1', given('"v1"', 'c')))).toBe(412);
    const tag = header(bot.read('GET /v1/things/t1', real(THING, etag)), 'etag') ?? '';
    expect(statusOf(bot.write('PATCH /v1/things/t1', given(tag, 'd')))).toBe(200);
    expect(statusOf(bot.write('PATCH /v1/things/t1', given(tag, 'e')))).toBe(412);
    expect(said(bot.read('GET /v1/things/t1', real(THING, etag)))).toMatchObject({ name: 'd' });
  });

  it('hold a session’s first write off as they do its later ones', () => {
    const given = (tag: string): Asked => ({ headers: { 'if-match': tag }, body: { name: 'b' } });
    const bot = agent();
    bot.read('GET /v1/things/t1', real(THING, { etag: '"real-1"' }));
    const refused = bot.write('PATCH /v1/things/t1', given('"wrong"'));
    expect(statusOf(refused)).toBe(412);
    expect(marks(refused)).toMatchObject({ merged: [], unmerged: [] });
    expect(statusOf(bot.write('DELETE /v1/things/t1', { headers: { 'if-match': '"wrong"' } }))).toBe(412);
    expect(said(bot.read('GET /v1/things/t1', real(THING, { etag: '"real-1"' })))).toEqual(THING);
    expect(statusOf(bot.write('PATCH /v1/things/t1', given('"other", "real-1"')))).toBe(200);
  });

  it('of what was not read hold a write off until it is, and of what has none do not', () => {
    const bot = agent();
    const given: Asked = { headers: { 'if-match': '"v1"' } };
    expect(statusOf(bot.write('DELETE /v1/things/t1', given))).toBe('item_not_read');
    expect(statusOf(bot.write('DELETE /v1/things/t3', { headers: { 'if-match': '*' } }))).toBe(204);
    bot.read('GET /v1/things/t2', real(THING));
    expect(statusOf(bot.write('DELETE /v1/things/t2', given))).toBe(204);
    bot.read('GET /v1/things/t1', real(THING, etag));
    expect(statusOf(bot.write('DELETE /v1/things/t1', given))).toBe(204);
  });

  it('that the upstream still knows give the changed item, as it was read, or the reason why not', () => {
    const bot = agent();
    bot.write('PUT /v1/things/t2', { body: { name: 'x' } });
    const unchanged = { status: 304, headers: ['etag', '"v1"'], body: Buffer.alloc(0) };
    const asked = { headers: { 'if-none-match': '"v1"' } };
    expect(statusOf(bot.read('GET /v1/things/t2', unchanged, asked))).toBe('not_modified');
    bot.read('GET /v1/things/t2', real(THING, etag));
    expect(said(bot.read('GET /v1/things/t2', unchanged, asked))).toEqual({ id: 't1', name: 'x' });
  });
});

describe('an idempotency key', () => {
  const keyed = (key: string, name: string): Asked => ({ headers: { 'idempotency-key': key }, body: { name } });

  it('gets the same answer again, and is no second write', () => {
    const bot = agent();
    const first = said(bot.write('POST /v1/things', keyed('k', 'a')));
    expect(said(bot.write('POST /v1/things', keyed('k', 'a')))).toEqual(first);
    expect(said(bot.read('GET /v1/things', real([])))).toEqual([first]);
  });

  it('belongs to the write that it was first sent with', () => {
    const bot = agent();
    bot.write('POST /v1/things', keyed('k', 'a'));
    expect(statusOf(bot.write('POST /v1/things', keyed('k', 'b')))).toBe('idempotency_key_reused');
  });
});

describe('changes of one item apply in order', () => {
  it.each<[string, Asked, Json, Json]>([
    ['members within each other', { body: { a: { b: 2 } } }, { a: { b: 1, c: 1 } }, { a: { b: 2, c: 1 } }],
    ['null sets', { body: { a: null } }, { a: 1, b: 1 }, { a: null, b: 1 }],
    ['null of a merge patch removes', { body: { a: null }, headers: PATCH }, { a: 1, b: 1 }, { b: 1 }],
    [
      'a JSON Patch',
      {
        body: [
          { op: 'replace', path: '/a/0', value: 3 },
          { op: 'remove', path: '/b' },
        ],
      },
      { a: [1, 2], b: 1 },
      { a: [3, 2] },
    ],
    ['a form’s texts', { body: 'a=7&b=true&c=' }, { a: 1, b: false, c: 'x' }, { a: 7, b: true, c: null }],
  ])('%s', (_what, asked, before, after) => {
    const bot = patching();
    bot.read('GET /v1/things/t1', real(before));
    const shown = bot.write('PATCH /v1/things/t1', asked);
    expect(said(shown)).toEqual(after);
    expect(said(bot.read('GET /v1/things/t1', real(before)))).toEqual(after);
  });

  it('and what no place is known for is said to be missing', () => {
    const bot = agent();
    bot.write('PUT /v1/things/t1', { body: { name: 'x', secret_key: 'y' } });
    const shown = bot.read('GET /v1/things/t1', real({ name: 'a' }));
    expect(said(shown)).toEqual({ name: 'x' });
    expect(marks(shown)).toMatchObject({ merged: ['call_1'], unmerged: ['call_1'] });
  });

  it('a patch that this does not read is refused', () => {
    const bot = patching();
    bot.read('GET /v1/things/t1', real({ a: 1 }));
    const shown = bot.write('PATCH /v1/things/t1', { body: [{ op: 'move', from: '/a', path: '/b' }] });
    expect(statusOf(shown)).toBe('change_not_understood');
  });
});

describe('lists', () => {
  it('count what was made and deleted, over all pages', () => {
    const bot = agent();
    bot.write('POST /v1/things', { body: { name: 'n' } });
    bot.read('GET /v1/things/t1', real({ id: 't1', name: 'a' }));
    bot.write('DELETE /v1/things/t1');
    const items = [2, 3].map((n) => ({ id: `t${n}`, name: 'a', created: n }));
    const page = bot.read('GET /v1/things?page=2', real({ items, meta: { total: 12, next: null } }));
    expect(said(page)).toMatchObject({ meta: { total: 12 } });
    expect((said(page) as { items: Json[] }).items).toHaveLength(3);
    expect(said(bot.read('GET /v1/things/count', real({ count: 12 })))).toEqual({ count: 12 });
  });

  it('lack what was deleted, and count it no more', () => {
    const bot = agent();
    bot.write('DELETE /v1/things/t2');
    const items = [2, 3].map((n) => ({ id: `t${n}`, name: 'a', created: n }));
    expect(said(bot.read('GET /v1/things', real({ items, total: 12, count: 2 })))).toEqual({
      items: items.slice(1),
      total: 11,
      count: 1,
    });
  });

  it('of many items under many filters are merged in little time', () => {
    const bot = agent();
    for (let n = 0; n < 900; n += 1) bot.write('POST /v1/things', { body: { name: 'n' } });
    const body = real(Array.from({ length: 40_000 }, (_, n) => ({ id: `t${n}`, name: 'n', created: 90_000 - n })));
    const began = cpuMs();
    expect((said(bot.read('GET /v1/things?name=n', body)) as Json[]).length).toBe(40_900);
    expect(cpuMs() - began).toBeLessThan(CPU_MS_MAX);
  });

  it('that are ordered otherwise, or shaped otherwise, lack what was made, and say so', () => {
    const bot = agent();
    bot.write('POST /v1/things', { body: { name: 'n' } });
    const body = real([
      { id: 't1', name: 'n', created: 9 },
      { id: 't2', name: 'n', created: 4 },
    ]);
    for (const query of ['sort=name', 'expand=owner', 'q=n', 'name=>a', 'ending_before=t9']) {
      expect(marks(bot.read(`GET /v1/things?${query}`, body)), query).toEqual({
        origin: undefined,
        merged: [],
        unmerged: ['call_1'],
      });
    }
  });

  it('whose filter means something else than it seems lack what was made, and say so', () => {
    const bot = agent();
    bot.write('POST /v1/things', { body: { name: 'n' } });
    const page = real([
      { id: 't1', name: 'n', created: 9 },
      { id: 't2', name: 'nn', created: 4 },
    ]);
    expect(marks(bot.read('GET /v1/things?name=n', page))).toEqual({
      origin: undefined,
      merged: [],
      unmerged: ['call_1'],
    });
  });

  it('cannot begin at what the upstream does not know', () => {
    const bot = agent();
    const { id } = said(bot.write('POST /v1/things', { body: { name: 'n' } })) as { id: string };
    expect(statusOf(bot.read(`GET /v1/things?starting_after=${id}`))).toBe('cursor_made_up');
  });

  it('of a hundred thousand items are merged in little time', () => {
    const bot = agent();
    for (let n = 0; n < 100; n += 1) bot.write('PUT /v1/things/t5', { body: { name: `n${n}` } });
    bot.write('POST /v1/things', { body: { name: 'n' } });
    const items = Array.from({ length: 50_000 }, (_, n) => ({ id: `t${n}`, name: 'a', created: 90_000 - n }));
    const body = real(items);
    const began = cpuMs();
    expect((said(bot.read('GET /v1/things', body)) as Json[]).length).toBe(50_001);
    expect(cpuMs() - began).toBeLessThan(CPU_MS_MAX);
  });
});

describe('hostile bodies', () => {
  it('keep their numbers as they were written', () => {
    const bot = agent();
    bot.write('PUT /v1/things/t1', { body: { name: 'b' } });
    const text = '{"id":12345678901234567890,"price":1.50,"name":"a","__proto__":{"x":1}}';
    const shown = bot.read('GET /v1/things/t1', {
      status: 200,
      headers: ['content-type', 'application/json'],
      body: Buffer.from(text),
    });
    expect(shown.kind === 'answer' && shown.answer.body.toString()).toBe(text.replace('"a"', '"b"'));
  });

  it('change no prototype', () => {
    const bot = agent();
    bot.read('GET /v1/things/t1', real({ name: 'a', nested: {} }));
    const text = '[{"op":"add","path":"/__proto__/polluted","value":1}]';
    expect(() => bot.write('PATCH /v1/things/t1', { body: JSON.parse(text) as Json })).toThrow('400');
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it.each<[string, string | Buffer]>([
    ['nested deeper than a stack', `${'['.repeat(200_000)}${']'.repeat(200_000)}`],
    ['torn', '{"id":"t1","na'],
    ['empty', ''],
    ['no UTF-8', Buffer.from([0x7b, 0xff, 0xfe])],
    ['a bare text', '"t1"'],
  ])('%s are shown as they came, with what they lack', (_what, text) => {
    const bot = agent();
    bot.write('PUT /v1/things/t1', { body: { name: 'b' } });
    bot.write('POST /v1/things', { body: { name: 'n' } });
    const answer = { status: 200, headers: ['content-type', 'application/json'], body: Buffer.from(text) };
    for (const [line, call] of [
      ['GET /v1/things/t1', 'call_1'],
      ['GET /v1/things', 'call_2'],
    ] as const) {
      const shown = bot.read(line, answer);
      expect(shown.kind === 'answer' && shown.answer.body).toEqual(answer.body);
      expect(marks(shown).unmerged).toContain(call);
    }
  });

  it('of an upstream that fails are passed on', () => {
    const bot = agent();
    bot.write('PUT /v1/things/t1', { body: { name: 'b' } });
    expect(marks(bot.read('GET /v1/things/t1', real({}, {}, 503)))).toEqual({
      origin: undefined,
      merged: [],
      unmerged: [],
    });
    expect(marks(bot.read('GET /v1/things/t1', real({}, {}, 404)))).toEqual({
      origin: undefined,
      merged: [],
      unmerged: ['call_1'],
    });
  });
});

describe('what is kept has bounds', () => {
  it('of writes in one session', () => {
    const bot = agent();
    for (let n = 0; n < SESSION_WRITES_MAX; n += 1) bot.write('PUT /v1/things/t1', { body: {} });
    expect(statusOf(bot.write('PUT /v1/things/t1', { body: {} }))).toBe('session_full');
    expect(statusOf(bot.write('PUT /v1/things/t1', { body: {}, session: 'another' }))).toBe(204);
  });

  it('of bytes in one session', () => {
    const bot = agent();
    const body = { name: 'x'.repeat(1_900_000) };
    const statuses = Array.from({ length: 6 }, () => statusOf(bot.write('PUT /v1/things/t1', { body })));
    expect(statuses).toEqual([204, 204, 204, 204, 'session_full', 'session_full']);
  });

  it('of what a session read: the oldest is read again, and no write is refused for it', () => {
    const bot = agent();
    const read = (id: string) => bot.read(`GET /v1/things/${id}`, real({ id, name: 'x'.repeat(200_000) }));
    read('t0');
    bot.write('PATCH /v1/things/t0', { body: { name: 'mine' } });
    for (let n = 1; n <= 60; n += 1) read(`t${n}`);
    const patch = (id: string) => statusOf(bot.write(`PATCH /v1/things/${id}`, { body: { name: 'b' } }));
    expect([patch('t1'), patch('t0'), patch('t60')]).toEqual(['item_not_read', 200, 200]);
    read('t1');
    expect(patch('t1')).toBe(200);
    expect(statusOf(bot.write('PUT /v1/things/t99', { body: { name: 'x'.repeat(1_000_000) } }))).toBe(204);
  });

  it('of an answer: more than a journal keeps is not answered', () => {
    expect(statusOf(agent().write('POST /v1/things', { body: { name: 'x'.repeat(20_000) } }))).toBe('answer_too_long');
  });

  it('of sessions of one agent: one that is over makes room, and is told so if it comes back', () => {
    const bot = agent();
    const write = (session: string, at: number) => statusOf(bot.write('PUT /v1/things/t1', { body: {}, session, at }));
    for (let n = 0; n < AGENT_SESSIONS_MAX; n += 1) write(`s${n}`, AT);
    expect(write('late', AT + 1)).toBe('sessions_full');
    expect(write('s1', AT + 1)).toBe(204);
    expect(write('later', AT + SESSION_IDLE_MS)).toBe(204);
    expect(write('s0', AT + SESSION_IDLE_MS)).toBe('session_forgotten');
    const back: Asked = { session: 's0' };
    expect(statusOf(bot.read('GET /v1/things/t9', undefined, back))).toBe('session_forgotten');
  });

  it('of what sessions that only read remember: they keep no writer out, and read again', () => {
    const bot = agent();
    const read = (session: string) => bot.read('GET /v1/things/t1', real({ id: 't1', name: 'a' }), { session });
    for (let n = 0; n <= READING_MAX; n += 1) read(`r${n}`);
    const write = (session: string) => statusOf(bot.write('PATCH /v1/things/t1', { body: { name: 'b' }, session }));
    expect([write('r0'), write('r1'), write(`r${READING_MAX}`)]).toEqual(['item_not_read', 'item_not_read', 200]);
  });
});

describe('a write whose answer does not say what it made', () => {
  it.each(['{ status: 202, body: { accepted: true } }', '{ status: 204 }'])(
    '%s: lists say that they lack it, items do not',
    (told) => {
      const bot = new Agent(
        shadowPolicy(ROUTES.replace(/answer: \{ status: 201.*seconds \} \} \}/, `answer: ${told}`)),
      );
      bot.write('POST /v1/things', { body: { name: 'n' } });
      expect(marks(bot.read('GET /v1/things', real([])))).toEqual({
        origin: undefined,
        merged: [],
        unmerged: ['call_1'],
      });
      expect(marks(bot.read('GET /v1/things/count', real({ count: 0 }))).unmerged).toEqual(['call_1']);
      expect(marks(bot.read('GET /v1/things/t1', real({ id: 't1' }))).unmerged).toEqual([]);
    },
  );
});

describe('a write that a restart lost', () => {
  it('is said to be missing where it may have left something, and rested on', () => {
    const bot = agent();
    const { call } = bot.reading('POST /v1/things', { body: { name: 'n' }, call: 'call_lost' });
    bot.shadow.lost(call);
    expect(marks(bot.read('GET /v1/things', real([])))).toEqual({
      origin: undefined,
      merged: [],
      unmerged: ['call_lost'],
    });
    expect(bot.shadow.rests(bot.reading('GET /v1/things'))).toEqual({ how: 'session', on: ['call_lost'] });
  });
});
