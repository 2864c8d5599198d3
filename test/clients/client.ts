import type { Respond } from './stand-in.ts';

/** Where a client is pointed at, and what it takes for its API key. */
export interface Base {
  /** Without a slash at the end. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** A path that comes before the API's own; `''`: the upstream has a port of its own. */
  readonly prefix: string;
  readonly key: string;
}

/** What every call of a client gave, by its name. */
export type Results = Readonly<Record<string, unknown>>;

/** One real client and the calls that are made with it. */
export interface Client {
  readonly name: string;
  /** Whether it is pointed at a port of the upstream's own: its settings know host and port only. */
  readonly ownPort?: true;
  /** Why it cannot run on this machine. */
  readonly missing?: string | undefined;
  /** What the business behind it says. */
  readonly respond: Respond;
  /** Makes every call, one after the other. */
  run(base: Base): Promise<Results>;
}

/** Calls by their names, made in turn: an error of one is an error of all, unless it is what the call is about. */
export async function inTurn(calls: Readonly<Record<string, () => Promise<unknown>>>): Promise<Results> {
  const results: Record<string, unknown> = {};
  for (const [name, call] of Object.entries(calls)) {
    try {
      results[name] = plain(await call());
    } catch (error) {
      throw new Error(`${name}: ${String(error)}`, { cause: error });
    }
  }
  return results;
}

/** What an SDK makes of an error answer. */
export async function failing(call: () => Promise<unknown>): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    const { name, status, statusCode, code, message } = error as Record<string, unknown>;
    return { name, status, statusCode, code, message };
  }
  throw new Error('the call should have failed');
}

/** All that an async list gives. */
export async function listed<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** As JSON would tell it, so that results of two runs can be compared. */
function plain(value: unknown): unknown {
  return value === undefined ? null : JSON.parse(JSON.stringify(value));
}
