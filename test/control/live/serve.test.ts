import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { refundsPolicy, serve, site, type Served, type Site } from '../../cli/served.ts';
import { rawUpstream, type RawUpstream } from '../../door/raw-upstream.ts';
import { Viewer } from './viewer.ts';

let upstream: RawUpstream;
let where: Site;
let served: Served;

beforeEach(async () => {
  upstream = await rawUpstream(() => undefined);
  where = site(refundsPolicy(upstream.origin, ''));
  served = await serve(where);
});

afterEach(async () => {
  served.child.kill('SIGKILL');
  await upstream.close();
});

test('a door that is told to end says goodbye to who watches, and waits for no open page', async () => {
  const { token } = JSON.parse(readFileSync(path.join(where.data, 'control.json'), 'utf8')) as { token: string };
  const viewers = Array.from({ length: 4 }, () => new Viewer(served.control, token));
  await Promise.all(viewers.map((viewer) => viewer.until(() => viewer.heard.length > 0)));
  // One who does not read any more, even.
  viewers[3]?.pause();
  expect(await served.end('SIGTERM')).toBe(0);
  viewers[3]?.resume();
  for (const viewer of viewers) {
    await viewer.until(() => viewer.endedAt > 0);
    expect(viewer.heard.at(-1)).toMatchObject({ name: 'bye', data: { why: 'closing' } });
    expect(viewer.faults).toEqual([]);
  }
});
