import { expect, test } from 'vitest';
import type { Stage } from '../../src/engine/call.ts';
import type { UpstreamId } from '../../src/engine/ids.ts';
import type { Link } from '../../src/door/flight/link.ts';
import type { Answer, Outbound } from '../../src/door/flight/transport.ts';
import { loadPolicy } from '../../src/policy/index.ts';
import { stageLinks } from '../../src/stages/links.ts';

/*
 * The second of two layers (I11): whatever the engine and the door have let through, an agent that may only read has no way to
 * send anything else. Here nothing stands above it.
 */

const loaded = loadPolicy(
  `
version: 1
upstreams:
  api: { url: https://api.example.com/base, credential: { env: KEY, as: bearer } }
routes:
  get: { match: "GET /v1/charges/{id}", upstream: api, effect: read }
  search: { match: POST /v1/search, upstream: api, effect: read }
  refund: { match: POST /v1/refunds, upstream: api, effect: money, amount: { minor: body.amount, currency: body.currency } }
  void: { match: "GET /v1/charges/{id}/void", upstream: api, effect: write }
agents:
  bot: { stage: shadow, allow: [get, search, refund, void] }
`,
  'interlock.yaml',
);
if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
const policy = loaded.value;

function sentIn(stage: Stage, outbound: Partial<Outbound>): boolean {
  const sent: Outbound[] = [];
  const transport = {
    send: (request: Outbound) => {
      sent.push(request);
      return { resume: () => undefined, abort: () => undefined };
    },
    close: () => Promise.resolve(),
  };
  const link = (): Link => ({ transport, headers: [], basePath: '/base', secrets: [] });
  const way = stageLinks({ real: link, world: link }, policy)('api' as UpstreamId, stage);
  const request = { method: 'GET', target: '/base/v1/charges/ch_1', headers: [], body: null, ...outbound };
  try {
    way.transport.send(request, {} as Answer);
  } catch (error) {
    expect(String(error)).toContain('may only read');
  }
  return sent.length > 0;
}

const READS: readonly (readonly [string, Partial<Outbound>])[] = [
  ['a GET that is a read', {}],
  ['with a query', { target: '/base/v1/charges/ch_1?expand%5B%5D=refunds' }],
  ['a POST that is a read', { method: 'POST', target: '/base/v1/search', body: Buffer.from('{"q":"x"}') }],
];
const OTHERS: readonly (readonly [string, Partial<Outbound>])[] = [
  ['a write', { method: 'POST', target: '/base/v1/refunds', body: Buffer.from('amount=5') }],
  ['a write without a body', { method: 'POST', target: '/base/v1/refunds' }],
  ['a GET that is a write', { target: '/base/v1/charges/ch_1/void' }],
  ['a path that is no route', { target: '/base/v1/charges' }],
  ['a read in another method', { method: 'DELETE' }],
  ['a path outside of the upstream’s own', { target: '/v1/charges/ch_1' }],
  ['a path that reads in two ways', { target: '/base/v1/charges/x/../ch_1' }],
  ['a method in a header', { headers: ['x-http-method-override', 'DELETE'] }],
  ['a method in another header', { headers: ['accept', 'a/b', 'x-method-override', 'DELETE'] }],
  ['a method in the query', { method: 'POST', target: '/base/v1/search?_method=delete' }],
  ['a method in a form', { method: 'POST', target: '/base/v1/search', body: Buffer.from('q=x&_method=delete') }],
  ['a trailing slash', { target: '/base/v1/charges/ch_1/' }],
];

test.each(READS)('%s is sent in every stage', (_, outbound) => {
  for (const stage of ['staging', 'shadow', 'limited', 'production'] as const)
    expect(sentIn(stage, outbound)).toBe(true);
});

test.each(OTHERS)('%s has no way out in staging and shadow', (_, outbound) => {
  for (const stage of ['staging', 'shadow'] as const) expect(sentIn(stage, outbound)).toBe(false);
  expect(sentIn('production', outbound)).toBe(true);
});
