import { request } from 'node:http';
import { readControlFile } from '../control-file.ts';
import { dataOption } from '../options.ts';
import known from './words.json' with { type: 'json' };
import type { Values, Words } from './words.ts';

/** A shell waits no longer for a door. */
const DOOR_MS = 100;

/** `word`, and what it is. */
type Offer = readonly [word: string, about: string];

/**
 * What could stand in the place of the last of these words: a line each, `word<TAB>what it is`. A line `:files` or `:directories`
 * says that the shell knows better. Says nothing rather than anything wrong.
 */
export async function offer(words: readonly string[]): Promise<number> {
  const before = words.slice(0, -1);
  const typed = words.at(-1) ?? '';
  const offers = await offersFor(before, typed);
  const lines =
    typeof offers === 'string'
      ? [`:${offers}`]
      : offers.filter(([word]) => word.startsWith(typed)).map(([word, about]) => `${word}\t${about}`);
  if (lines.length > 0) console.log(lines.join('\n'));
  return 0;
}

const ROOT: Words = {
  about: '',
  options: {},
  positional: [],
  below: known as unknown as Readonly<Record<string, Words>>,
};

async function offersFor(
  before: readonly string[],
  typed: string,
): Promise<readonly Offer[] | 'files' | 'directories'> {
  let command = ROOT;
  let given = 0;
  let pending: Values | null = null;
  let data = dataOption.default as string;
  for (const [index, word] of before.entries()) {
    if (pending !== null) {
      pending = null;
      continue;
    }
    if (word.startsWith('-')) {
      const name = word === '-d' ? '--data' : word === '-p' ? '--policy' : word === '-a' ? '--agent' : word;
      pending = command.options[name]?.values ?? null;
      if (name === '--data') data = before[index + 1] ?? data;
    } else if (given === 0 && command.below[word] !== undefined) command = command.below[word];
    else given += 1;
  }
  if (pending !== null) return valuesOf(pending, data);
  if (typed.startsWith('-')) {
    return Object.entries(command.options).flatMap(([name, { about }]) =>
      before.includes(name) ? [] : [[name, about] as const],
    );
  }
  if (given > 0 && command === ROOT) return [];
  const commands = given === 0 ? Object.entries(command.below).map(([name, { about }]) => [name, about] as const) : [];
  if (commands.length > 0) return commands;
  return given === 0 ? valuesOf(command.positional, data) : [];
}

async function valuesOf(values: Values, data: string): Promise<readonly Offer[] | 'files' | 'directories'> {
  switch (values) {
    case 'files':
    case 'directories':
      return values;
    case 'any':
      return [];
    case 'agents': {
      const { agents = [] } = await asked<{ agents?: readonly { agent: string; stage: string; frozen: unknown }[] }>(
        '/v1/overview',
        data,
        {},
      );
      return agents.map(({ agent, stage, frozen }) => [agent, frozen === null ? stage : `${stage}, frozen`]);
    }
    case 'holds': {
      const holds = await asked<readonly { call: string; agent: string; route: string; amount: string | null }[]>(
        '/v1/holds',
        data,
        [],
      );
      return holds.map(({ call, agent, route, amount }) => [call, `${agent} ${route} ${amount ?? ''}`.trim()]);
    }
    default:
      return values.map((value) => [value, '']);
  }
}

/** What the running door says, or `otherwise`: without a door, or in a hurry, nothing is offered. */
function asked<Value>(path: string, data: string, otherwise: Value): Promise<Value> {
  const control = readControlFile(data);
  if (control === undefined || !control.url.startsWith('http:')) return Promise.resolve(otherwise);
  return new Promise((resolve) => {
    const headers = { authorization: `Bearer ${control.token}` };
    const asking = request(control.url + path, { headers, timeout: DOOR_MS }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('end', () => {
        try {
          resolve(response.statusCode === 200 ? (JSON.parse(Buffer.concat(pieces).toString()) as Value) : otherwise);
        } catch {
          resolve(otherwise);
        }
      });
    });
    asking.on('timeout', () => asking.destroy());
    asking.on('error', () => resolve(otherwise));
    asking.end();
  });
}
