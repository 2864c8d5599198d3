import { mkdtempSync, rmSync } from 'node:fs';
import { request as send } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { UpstreamId } from '../../src/engine/ids.ts';
import type { Link } from '../../src/door/flight/link.ts';
import { openDoor, type OpenDoor } from '../../src/door/open.ts';
import { undiciTransport } from '../../src/door/transports/undici.ts';
import { loadPolicy, type LoadedPolicy } from '../../src/policy/index.ts';
import { stageLinks } from '../../src/stages/links.ts';
import { newShadow } from '../../src/stages/shadow.ts';
import { filesBeside } from '../../src/policy/files.ts';
import { comparable, idsShown, printAnswer, readAnswer, type Answer } from './answer.ts';
import { operate } from './operator.ts';
import type { Page } from './page.ts';
import { expand, readCurl, readShell, type Command, type CurlRequest } from './shell.ts';
import { standIn, type StandIn } from './stand-in.ts';

/** What a page shows where an answer stands, and what really came. */
export interface Shown {
  readonly shown: Answer | undefined;
  readonly real: Answer;
  readonly agrees: boolean;
}

const KEY = 'the_only_key';
/** When every page happens: no budget's day ends meanwhile. */
const STARTS_AT = Date.parse('2026-11-23T15:00:00Z');

/** Loads a policy of a page as if it stood in a file beside it. @throws with every problem it has */
export function loadPagePolicy(text: string, page: Page): LoadedPolicy {
  const loaded = loadPolicy(text, page.file, filesBeside(page.file));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure, null, 2));
  return loaded.value;
}

/**
 * Does what a page says, in order, at a door of its own under the page's first policy. The grant is for the first agent;
 * every upstream is the page's stand-in.
 */
export async function runPage(page: Page): Promise<readonly Shown[]> {
  const [text] = page.policies;
  if (text === undefined) throw new Error('the page shows requests and no policy');
  const policy = loadPagePolicy(text, page);
  const dir = mkdtempSync(path.join(tmpdir(), 'interlock-docs-'));
  const upstream = await standIn(page.upstream);
  const links = linksTo(upstream, policy);
  const door = await openDoor({
    policy,
    dir,
    port: 0,
    startsAt: STARTS_AT,
    link: stageLinks({ real: (id) => links.get(id)!, world: (id) => links.get(id)! }, policy),
    shadow: newShadow(policy),
    onFailure: (error) => {
      throw error;
    },
  });
  try {
    const [agent = ''] = policy.policy.agents.keys();
    const request = { agent, task: 'docs', expiresMs: 3_600_000, routes: null, parent: null, by: 'docs' };
    const made = await door.operations.createGrant(request);
    if (!made.ok) throw new Error(made.failure.message);
    return await new Reader(door, upstream, made.value.token).follow(page);
  } finally {
    await upstream.close();
    await door.close(0);
    for (const { transport } of links.values()) await transport.close();
    rmSync(dir, { recursive: true });
  }
}

/** The way to every upstream of a policy: they are all the stand-in. */
function linksTo({ origin }: StandIn, { upstreams }: LoadedPolicy): ReadonlyMap<UpstreamId, Link> {
  const links = [...upstreams.values()].map(({ id, limits, url }): [UpstreamId, Link] => {
    const transport = undiciTransport(origin, limits, { network: 'loopback', secrets: [KEY] });
    const headers = ['host', url.host, 'authorization', `Bearer ${KEY}`];
    return [id, { transport, headers, basePath: url.pathname.replace(/\/$/, ''), secrets: [KEY] }];
  });
  return new Map(links);
}

/** The page with what really came in every block that differs, and the new ids wherever it names the old ones. */
export async function withAnswers({ text, steps }: Page, seen: readonly Shown[]): Promise<string> {
  let [written, at] = ['', 0];
  const ids = new Map<string, string>();
  const blocks = steps.filter((step) => step.kind === 'answer');
  for (const [index, { from, to }] of blocks.entries()) {
    const { shown, real, agrees } = seen[index]!;
    written += text.slice(at, from) + (agrees ? text.slice(from, to) : await printAnswer(real, shown));
    at = to;
    if (shown !== undefined && !agrees) for (const [old, made] of idsShown(shown, real)) ids.set(old, made);
  }
  return replaced(written + text.slice(at), ids);
}

function replaced(text: string, by: ReadonlyMap<string, string>): string {
  return [...by].reduce((sofar, [old, made]) => sofar.replaceAll(old, made), text);
}

/** Somebody who types what the page says, and looks at the answers. */
class Reader {
  readonly #door: OpenDoor;
  readonly #upstream: StandIn;
  readonly #values: Map<string, string>;
  /** Ids that the page shows, and what they are in this run. */
  readonly #ids = new Map<string, string>();
  #answer: Answer | undefined;

  constructor(door: OpenDoor, upstream: StandIn, token: string) {
    this.#door = door;
    this.#upstream = upstream;
    this.#values = new Map([
      ['INTERLOCK', door.url],
      ['TOKEN', token],
    ]);
  }

  async follow({ steps }: Page): Promise<readonly Shown[]> {
    const seen: Shown[] = [];
    for (const step of steps) {
      if (step.kind === 'answer') seen.push(this.#look(step.text));
      else for (const command of readShell(step.text)) await this.#type(command);
    }
    return seen;
  }

  #look(block: string): Shown {
    const real = this.#answer;
    if (real === undefined) throw new Error('the page shows an answer before any request');
    const shown = readAnswer(block);
    if (shown === undefined) return { shown, real, agrees: false };
    for (const [written, made] of idsShown(shown, real)) this.#ids.set(written, made);
    const named = Object.keys(shown.headers);
    return { shown, real, agrees: comparable(shown, named) === comparable(real, named) };
  }

  async #type(command: Command): Promise<void> {
    const words = expand(command, this.#values).map((word) => replaced(word, this.#ids));
    if (words[0] !== 'curl') return operate(words, this.#door.operations);
    const { requests } = this.#upstream;
    const answered = ask(readCurl(words));
    if (!command.background) this.#answer = await answered;
    // It ends with the page; it is under way as soon as the upstream has it.
    else await Promise.race([answered.catch(() => undefined), this.#upstream.arrived(requests + 1)]);
  }
}

function ask({ method, url, headers, body }: CurlRequest): Promise<Answer> {
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
  const answered = new Promise<Answer>((resolve, reject) => {
    const asking = send(url, { method, headers: { ...headers, ...length }, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const named = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
        resolve({
          status: response.statusCode ?? 0,
          statusText: response.statusMessage ?? '',
          headers: Object.fromEntries(named),
          body: Buffer.concat(chunks).toString(),
        });
      });
    });
    asking.on('error', reject);
    asking.end(body);
  });
  // One that is still under way when its page ends is cut off with it.
  answered.catch(() => undefined);
  return answered;
}
