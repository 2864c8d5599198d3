import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/std/canonical-json.ts';
import { isObject } from '../../src/stages/json.ts';
import { Agent, marks, real, said, shadowPolicy } from './rig.ts';

/*
 * An agent asks "have I refunded this already?" of a list whose order nothing tells: one real item is in no order. What the
 * session made must be there wherever the page can be seen to be the whole list, and must be said to be missing elsewhere.
 */

const ROUTES = `  create_refund: { match: POST /v1/refunds, upstream: api, effect: write, answer: { body: { id: { id: re_ }, charge: "{body.charge}", created: { time: seconds } } } }
  list_refunds: { match: GET /v1/refunds, upstream: api, effect: read }`;
const ONE = [{ id: 're_1', charge: 'ch_1', created: 1_700_000_000 }];
const TWO = [...ONE, { id: 're_2', charge: 'ch_1', created: 1_700_000_000 }];

/** An agent that refunded `ch_1` twice, and what it then is shown. */
function looked(query: string, page: Json): { readonly ids: readonly string[]; readonly marks: object } {
  const bot = new Agent(shadowPolicy(ROUTES));
  for (const _ of [1, 2]) bot.write('POST /v1/refunds', { body: { charge: 'ch_1' } });
  const shown = bot.read(`GET /v1/refunds${query}`, real(page));
  const body = said(shown);
  const items = (isObject(body) ? body.data : body) as { id: string }[];
  return { ids: items.map(({ id }) => (id.includes('shadow') ? 'new' : id)), marks: marks(shown) };
}

const ALL = { origin: 'overlay', merged: ['call_1', 'call_2'], unmerged: [] };
const NONE = { origin: undefined, merged: [], unmerged: ['call_1', 'call_2'] };

describe('a list in no order that can be seen shows what the session made, in front,', () => {
  it.each<[string, string, Json, string[]]>([
    ['of one item, after which nothing comes', '?charge=ch_1', { data: ONE, has_more: false }, ['new', 'new', 're_1']],
    ['of one item, the one that was asked for', '?limit=1', { data: ONE, has_more: false }, ['new', 'new', 're_1']],
    ['of one item, that counts one', '?limit=1', { data: ONE, total: 1 }, ['new', 'new', 're_1']],
    ['of one item, on page 1', '?page=1', { data: ONE, next: null }, ['new', 'new', 're_1']],
    ['of one item, in a bare list', '', ONE, ['new', 'new', 're_1']],
    ['of none', '?charge=ch_1', { data: [], has_more: false }, ['new', 'new']],
    ['of two of the same moment', '', { data: TWO, has_more: false }, ['new', 'new', 're_1', 're_2']],
    [
      'of items that have no moments',
      '',
      { data: [{ id: 'a' }, { id: 'b' }], has_more: false },
      ['new', 'new', 'a', 'b'],
    ],
  ])('%s', (_what, query, page, ids) => {
    expect(looked(query, page)).toEqual({ ids, marks: ALL });
  });
});

describe('and says that it lacks it', () => {
  it.each<[string, string, Json]>([
    ['where more comes', '?limit=1', { data: ONE, has_more: true }],
    ['where it counts more', '', { data: ONE, total: 2 }],
    ['where it says two things', '', { data: ONE, has_more: false, total: 2 }],
    ['on a later page', '?starting_after=re_0', { data: ONE, has_more: false }],
    ['on an empty later page', '?page=2', { data: [], next: null }],
    ['read backwards', '?ending_before=re_9', { data: ONE, has_more: false }],
    ['in an order that was asked for', '?sort=amount', { data: ONE, has_more: false }],
    ['where just one was asked for, and nothing says that there is no other', '?limit=1', ONE],
    ['of two, where nothing says that there is no other', '', TWO],
  ])('%s', (_what, query, page) => {
    expect(looked(query, page).marks).toEqual(NONE);
  });

  it('but leaves out what another charge got', () => {
    const other = ONE.map((item) => ({ ...item, charge: 'ch_2' }));
    const shown = looked('?charge=ch_2', { data: other, has_more: false });
    expect(shown.ids).toEqual(['re_1']);
    expect(shown.marks).toEqual({ origin: undefined, merged: [], unmerged: [] });
  });
});

it('a total counts what is shown', () => {
  const bot = new Agent(shadowPolicy(ROUTES));
  bot.write('POST /v1/refunds', { body: { charge: 'ch_1' } });
  expect(said(bot.read('GET /v1/refunds', real({ data: ONE, total: 1 })))).toMatchObject({ total: 2 });
});
