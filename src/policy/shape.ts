import type { z } from 'zod';
import type { Json } from '../std/canonical-json.ts';
import { fail, ok, type Result } from '../std/result.ts';
import { formatPath, nearest, type Path, type PolicyProblem } from './problem.ts';
import { PolicySchema, type PolicyFile } from './schema.ts';
import { AUTHORS_KEYS } from './schema/sugar.ts';
import type { On, Source } from './source.ts';

export interface Shape {
  /** The policy, where nothing but unknown keys stands in its way: they are left out, so that what it means is checked too. */
  readonly policy: PolicyFile | undefined;
  readonly problems: readonly PolicyProblem[];
}

type Issue = z.core.$ZodIssue;

/** Holds a source against the schema. */
export function readShape(source: Source): Shape {
  const strict = check(source.data);
  if (strict.ok) return { policy: strict.value, problems: [] };
  const issues = strict.failure.flatMap((issue) => unfold(issue, []));
  const problems = issues.flatMap((issue) => problemsOf(issue, source));
  const unknownKeysOnly = issues.every(({ issue }) => issue.code === 'unrecognized_keys');
  const lenient = unknownKeysOnly ? check(without(source.data, issues)) : strict;
  return { policy: lenient.ok ? lenient.value : undefined, problems };
}

function check(data: Json): Result<PolicyFile, readonly Issue[]> {
  const result = PolicySchema.safeParse(data, { error: acceptedForm });
  return result.success ? ok(result.data) : fail(result.error.issues);
}

const TYPES: Readonly<Record<string, string>> = {
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
  boolean: 'true or false',
};

/** The words behind "write …" where the schema has none of its own. */
function acceptedForm(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? `a ${issue.expected}`;
    case 'invalid_value':
      return issue.values.length === 1 ? `\`${String(issue.values[0])}\`` : `one of ${issue.values.join(', ')}`;
    case 'unrecognized_keys':
      return Object.keys((issue.inst as z.ZodObject).shape).join(', ');
    case 'too_small':
      return 'something; it is empty';
    case 'too_big':
      return `at most ${issue.maximum} characters`;
    default:
      return 'another value';
  }
}

/** An issue with its path from the root; unions and records have theirs inside. */
interface Placed {
  readonly issue: Issue;
  readonly path: Path;
}

function unfold(issue: Issue, base: Path): Placed[] {
  const path = [...base, ...(issue.path as Path)];
  if (issue.code !== 'invalid_union') return [{ issue, path }];
  const meant = (issue.errors as Issue[][]).filter((branch) => !branch.some(isOfAnotherType));
  const likely = ofTheKeys(meant);
  const [only] = likely;
  return only === undefined || likely.length > 1 ? [{ issue, path }] : only.flatMap((inner) => unfold(inner, path));
}

/** Of several mappings those that know the most of the keys: `errorRate: …` makes it no loop that lacks `same`. */
function ofTheKeys(branches: readonly Issue[][]): readonly Issue[][] {
  const strangers = (branch: readonly Issue[]): number =>
    branch.reduce(
      (sum, one) => sum + (one.code === 'unrecognized_keys' && one.path.length === 0 ? one.keys.length : 0),
      0,
    );
  const fewest = Math.min(...branches.map(strangers));
  return branches.filter((branch) => strangers(branch) === fewest);
}

/** Whether a union's branch was not meant at all: the value is of another type, or another word. */
function isOfAnotherType(issue: Issue): boolean {
  return issue.path.length === 0 && ['invalid_type', 'invalid_value', 'invalid_format'].includes(issue.code);
}

function problemsOf({ issue, path }: Placed, source: Source): PolicyProblem[] {
  const problem = (at: Path, on: On, message: string, more: Partial<PolicyProblem> = {}): PolicyProblem => {
    const { file, line, column } = source.place(at, on);
    return { ...(file !== undefined && { file }), line, column, path: formatPath(at), message, ...more };
  };
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(key, path, issue.message, problem));
    case 'invalid_key':
      return [problem(path, 'key', `\`${String(path.at(-1))}\` is no name`, { accepted: formOf(issue.issues[0]) })];
    default:
      break;
  }
  const value = valueAt(source.data, path);
  if (value === undefined) {
    return [problem(path, 'value', `\`${String(path.at(-1))}\` is missing`, { accepted: issue.message })];
  }
  // What stands in place of an environment variable's name, or of an address, may well be a key.
  if (isSecretive(path)) return [problem(path, 'value', 'this is not what belongs here', { accepted: issue.message })];
  const { found } = source.place(path);
  const values = issue.code === 'invalid_value' ? issue.values.map(String) : [];
  const suggestion = typeof value === 'string' ? nearest(value, values) : undefined;
  const shown = value === null ? 'nothing stands here' : `\`${found}\` is not accepted`;
  return [problem(path, 'value', shown, { found, accepted: issue.message, ...(suggestion && { suggestion }) })];
}

function formOf(issue: Issue | undefined): string {
  return issue?.message ?? 'another name';
}

function unknownKey(
  key: string,
  path: Path,
  known: string,
  problem: (at: Path, on: On, message: string, more?: Partial<PolicyProblem>) => PolicyProblem,
): PolicyProblem {
  const at = [...path, key];
  const suggestion = nearest(key, [...known.split(', '), ...authorsKeys(path)]);
  return problem(at, 'key', `unknown key \`${key}\``, {
    found: key,
    ...(suggestion === undefined ? { accepted: `one of ${known}` } : { suggestion }),
  });
}

/** The keys that were expanded before the schema was asked, which may nevertheless be the ones that were meant. */
function authorsKeys([section, ...inner]: Path): readonly string[] {
  if (section === undefined) return AUTHORS_KEYS.policy;
  if (section === 'agents') return inner.length === 1 ? AUTHORS_KEYS.agent : AUTHORS_KEYS.rule;
  return section === 'budgets' ? AUTHORS_KEYS.rule : [];
}

function isSecretive(path: Path): boolean {
  if (path[0] === 'notify') return path[2] !== 'on';
  if (path[0] === 'checkpoints') return path[1] !== 'every';
  // Whoever mistakes the two keys of a pair writes the private one.
  if (path[0] === 'promotion') return path[1] === 'keys';
  return path[0] === 'upstreams' && (path.includes('credential') || path.includes('url'));
}

function valueAt(data: Json, path: Path): Json | undefined {
  let value: unknown = data;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value as Json;
}

function without(data: Json, issues: readonly Placed[]): Json {
  const copy = structuredClone<Json>(data);
  for (const { issue, path } of issues) {
    if (issue.code !== 'unrecognized_keys') continue;
    const parent = valueAt(copy, path) as Record<string, Json>;
    for (const key of issue.keys) delete parent[key];
  }
  return copy;
}
