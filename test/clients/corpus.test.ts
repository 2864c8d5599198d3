import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readJournal } from '../../src/journal/index.ts';
import { serve, site, token, UPSTREAM_KEY, type Served, type Site } from '../cli/served.ts';
import { anthropic } from './anthropic.ts';
import type { Base, Client } from './client.ts';
import { curl } from './curl.ts';
import { drive } from './drive.ts';
import { endToEnd, type EndToEnd } from './end-to-end.ts';
import { java } from './java.ts';
import { node } from './node.ts';
import { octokit } from './octokit.ts';
import { openai } from './openai.ts';
import { policyFor } from './policy.ts';
import { python } from './python.ts';
import { slack } from './slack.ts';
import { standIn, type StandIn } from './stand-in.ts';
import { stripe } from './stripe.ts';
import { tap } from './tap.ts';
import { OVER } from './transports.ts';

const CLIENTS: readonly Client[] = [stripe, octokit, openai, anthropic, slack, drive, node, curl, python, java];
const idOf = ({ name }: Client): string => name.replaceAll(/\W+/g, '');

const counted = new Map<string, number>();

describe.each(OVER)('over %s', (transport) => {
  let businesses: ReadonlyMap<Client, StandIn>;
  let place: Site;
  let door: Served;
  let grant: string;
  let reached = 0;
  beforeAll(async () => {
    const opened = CLIENTS.map(async (client) => [client, await standIn(client.respond)] as const);
    businesses = new Map(await Promise.all(opened));
    place = site(policyFor([...businesses].map(([client, { origin }]) => ({ client, id: idOf(client), origin }))));
    [door, grant] = [await serve(place, '--transport', transport), await token(place, 'tester')];
  });
  afterAll(async () => {
    await door.end('SIGTERM');
    await Promise.all([...businesses.values()].map((business) => business.close()));
  });

  describe.concurrent.each(CLIENTS)('$name', (client) => {
    // A client in another language runs where its program is.
    test.skipIf(client.missing !== undefined)('passes unchanged', async () => {
      const business = businesses.get(client) as StandIn;
      const straight = await client.run(baseOf(new URL(business.origin), '', UPSTREAM_KEY));
      const wanted = business.taken().map((request) => endToEnd(request).line);
      const { origin, pathname } = new URL(door.upstreams[idOf(client)] as string);
      const prefix = pathname.replace(/\/$/, '');
      const wire = await tap(new URL(origin));
      const through = await client.run(baseOf(new URL(`http://127.0.0.1:${wire.port}`), prefix, grant));
      const taken = business.taken();
      const arrived = taken.map((request) => endToEnd(request));
      const sent = wire.requests.map((request) => endToEnd(request, prefix));
      await wire.close();
      expect(through).toEqual(straight);
      expect(arrived.map(({ line }) => line)).toEqual(wanted);
      expect(inBrief(arrived)).toEqual(inBrief(sent));
      // A body of megabytes, shown as a difference, would be more than anybody reads.
      expect(arrived.every(({ body }, index) => body === sent[index]?.body)).toBe(true);
      for (const { headers } of taken) {
        expect(headers).toContainEqual(['authorization', `Bearer ${UPSTREAM_KEY}`]);
        expect(JSON.stringify(headers)).not.toContain(grant);
      }
      counted.set(client.name, Object.keys(straight).length);
      reached += arrived.length;
    });
  });

  test('the journal tells of every request that reached a business, and of no refusal', () => {
    const records = [...readJournal(place.data, { tail: 'live' })];
    expect(records.filter(({ kind }) => kind === 'refusal')).toEqual([]);
    const verdicts = records.flatMap((record) => (record.kind === 'call' ? [record.verdict] : []));
    expect(verdicts).toEqual(Array(reached).fill('allow'));
    expect(reached).toBeGreaterThan(100);
  });
});

test('docs/clients.md tells of each client and how many calls were made with it', () => {
  const page = readFileSync(path.join(import.meta.dirname, '../../docs/clients.md'), 'utf8');
  const told = new Map(
    [...page.matchAll(/^\| `(\S+)` +\| (\d+) +\|/gm)].map(([, name, calls]) => [name, Number(calls)]),
  );
  expect([...told.keys()]).toEqual(CLIENTS.map(({ name }) => name));
  for (const [name, calls] of counted) expect([name, told.get(name)]).toEqual([name, calls]);
});

function baseOf(origin: URL, prefix: string, key: string): Base {
  return { url: origin.origin + prefix, host: origin.hostname, port: Number(origin.port), prefix, key };
}

function inBrief(requests: readonly EndToEnd[]): unknown {
  return requests.map(({ body, ...head }) => ({ ...head, bytes: body.length, begins: body.slice(0, 200) }));
}
