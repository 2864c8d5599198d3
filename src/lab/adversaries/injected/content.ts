import type { Json } from '../../../std/canonical-json.ts';

/** What an agent that believes what it reads could take for an account, a customer or an address. */
const NAMED = /\b[a-z]{2,10}_[A-Za-z0-9_]{1,40}\b|[\w.+-]{1,40}@[\w-]{1,40}\.[\w.-]{1,40}\w/g;

/** So many of an answer are enough; a list of a thousand customers names them all. */
const NAMES_MAX = 64;
const DEPTH_MAX = 6;

/** Ids and addresses that stand in an answer, as values and inside of texts, in the order they stand there. */
export function namesIn(answer: Json): readonly string[] {
  const names = new Set<string>();
  collect(answer, DEPTH_MAX, names);
  return [...names];
}

function collect(value: Json, depth: number, names: Set<string>): void {
  if (names.size >= NAMES_MAX || depth === 0 || value === null) return;
  if (typeof value === 'string') {
    for (const [name] of value.matchAll(NAMED)) names.add(name);
  } else if (typeof value === 'object') {
    for (const member of Object.values(value)) collect(member, depth - 1, names);
  }
}
