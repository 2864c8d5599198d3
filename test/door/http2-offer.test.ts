import { afterAll, beforeAll, expect, test } from 'vitest';
import { rig, type Rig } from './open-door.ts';
import { sendRaw } from './raw-client.ts';
import { rawUpstream, type RawUpstream } from './raw-upstream.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';
const ROUTES = `
get_any: { match: "GET /v1/{thing}", upstream: api, effect: read }
post_any: { match: "POST /v1/{thing}", upstream: api, effect: write }
`;
const OFFER = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABk\r\n';

let upstream: RawUpstream;
let door: Rig;
beforeAll(async () => {
  upstream = await rawUpstream((_, wire) => wire.send(OK));
  door = await rig(upstream.origin, { routes: ROUTES, allow: '[get_any, post_any]' });
});
afterAll(async () => {
  await door.close();
  await upstream.close();
});

test.each([
  ['without a body', 'GET', ''],
  ['with a body', 'POST', 'a=1'],
])(
  'a request %s that offers HTTP/2 is answered in HTTP/1.1, and is the last of its connection',
  async (_, method, body) => {
    const before = { seen: upstream.requests.length, records: (await door.records()).length };
    const auth = `Host: x\r\nAuthorization: Bearer ${door.token}\r\n`;
    const form =
      body === '' ? '' : `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n`;
    const offering = `${method} /v1/first HTTP/1.1\r\n${auth}${OFFER}${form}\r\n${body}`;
    const { statuses, text } = await sendRaw(door.url, `${offering}GET /v1/second HTTP/1.1\r\n${auth}\r\n`);
    expect(statuses).toEqual([200]);
    expect(text).toMatch(/^connection: close\r$/im);
    const seen = upstream.requests.slice(before.seen);
    expect(seen.map(({ target }) => target)).toEqual(['/v1/first']);
    const names = seen.flatMap(({ headers }) => headers.filter((__, index) => index % 2 === 0));
    for (const name of ['upgrade', 'http2-settings'])
      expect(names.map((each) => each.toLowerCase())).not.toContain(name);
    const judged = (await door.records())
      .slice(before.records)
      .filter(({ kind }) => kind === 'call' || kind === 'refusal');
    expect(judged).toMatchObject([{ kind: 'call', target: '/v1/first', verdict: 'allow' }]);
  },
);
