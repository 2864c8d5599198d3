import type { PolicyEntry } from '../../journal/entry.ts';
import { filesOf } from '../../policy/files.ts';
import type { Source } from '../../policy/source.ts';
import type { RuleLines } from './told.ts';

/** More of one rule than anybody reads at night. */
const LINES_MAX = 8;
/** What is written with these is moved about before it is read, so that a rule's number is not its place in the text. */
const SHORTHAND = /^(\s*extends|include|groups|templates|defaults)\s*:|[{,]\s*extends\s*:/m;

/** A recorded policy, read again: where its rules stand, and which steps of a route's path are parameters. */
export interface PolicyText {
  linesOf(rule: string): RuleLines | undefined;
  /** `undefined`: the policy says nothing of the route. */
  matchOf(route: string): string | undefined;
}

/** `undefined` where the text cannot be read, which the door that recorded it could. */
export function readPolicyText(entry: PolicyEntry): Promise<PolicyText | undefined> {
  const known = READ.get(entry) ?? readAnew(entry);
  READ.set(entry, known);
  return known;
}

/** The stories of one account are mostly told under one policy. */
const READ = new WeakMap<PolicyEntry, Promise<PolicyText | undefined>>();

async function readAnew(entry: PolicyEntry): Promise<PolicyText | undefined> {
  const source = await sourceOf(entry);
  if (source === undefined) return undefined;
  return {
    linesOf: (rule) => linesOf(rule, source, entry),
    matchOf: (route) => {
      const match = at(source.data, ['routes', route, 'match']);
      return typeof match === 'string' ? match : undefined;
    },
  };
}

/** Loaded when needed: a reader of YAML costs a tenth of what a person waits. */
async function sourceOf(entry: PolicyEntry): Promise<Source | undefined> {
  const { readSource } = await import('../../policy/source.ts');
  const source = readSource(entry.text);
  if (!source.ok) return undefined;
  if (!SHORTHAND.test(entry.text)) return source.value;
  const { expandPolicy } = await import('../../policy/expand/expand.ts');
  const expanded = expandPolicy(source.value, entry.file, filesOf(entry));
  return expanded.ok ? expanded.value.source : undefined;
}

/** A rule's id is its place in the plain policy, without `agents` in front: `refunds-bot.budgets[0]`. */
function linesOf(rule: string, source: Source, entry: PolicyEntry): RuleLines | undefined {
  const path = stepsOf(rule, source.data);
  if (path === undefined) return undefined;
  const place = source.place(path, 'key');
  const text = place.file === undefined ? entry.text : entry.includes?.[place.file];
  if (text === undefined) return undefined;
  const file = place.file ?? entry.file;
  return { rule, file, line: place.line, lines: block(text.split(/\r?\n/), place.line - 1, place.column - 1) };
}

/** The names of agents may hold dots, so the steps are found along the data. `undefined`: nothing stands there. */
function stepsOf(rule: string, data: unknown): readonly (string | number)[] | undefined {
  const agents = at(data, ['agents']);
  const [agent] = Object.keys(agents ?? {})
    .filter((name) => rule.startsWith(`${name}.`))
    .sort((a, b) => b.length - a.length);
  const rest = agent === undefined ? rule : rule.slice(agent.length + 1);
  const steps = rest
    .split(/[.[\]]+/)
    .filter((step) => step !== '')
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
  const path = agent === undefined ? steps : ['agents', agent, ...steps];
  return at(data, path) === undefined ? undefined : path;
}

function at(data: unknown, path: readonly (string | number)[]): unknown {
  let value = data;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Readonly<Record<string | number, unknown>>)[step];
  }
  return value;
}

/** The line, and those below it that are indented at least as far as what stands there. */
function block(lines: readonly string[], first: number, column: number): readonly string[] {
  const line = lines[first] ?? '';
  const isItem = /^\s*- /.test(line) && line.slice(0, column).trim() === '-';
  const own = isItem ? column - 1 : column;
  const kept = [line];
  for (const next of lines.slice(first + 1, first + LINES_MAX)) {
    if (next.trim() === '' || next.search(/\S/) <= own) break;
    kept.push(next);
  }
  return kept;
}

/** The steps of a path that a route's `match` calls parameters: `GET /v1/charges/{id}` → 2. */
export function parametersOf(match: string | undefined): (step: number, text: string) => boolean {
  if (match === undefined) return (_, text) => /\d/.test(text);
  const steps = match
    .slice(match.indexOf(' ') + 1)
    .split('/')
    .slice(1);
  return (step) =>
    steps[step]?.includes('{') === true || (step >= steps.length && steps.at(-1)?.includes('*') === true);
}
