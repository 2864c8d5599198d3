import {
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
  type YAMLError,
} from 'yaml';
import type { Json } from '../std/canonical-json.ts';
import { fail, ok, type Result } from '../std/result.ts';
import type { Path, PolicyProblem } from './problem.ts';

/** A policy larger than this is no policy; it also bounds what a reader has to work through. */
export const POLICY_CHARACTERS_MAX = 1_000_000;
/** Deeper than any policy is; bounds recursion over what was read. */
const DEPTH_MAX = 32;
const FOUND_LENGTH_MAX = 60;

/** Which part of `key: value` a problem is about. */
export type On = 'key' | 'value';

export interface Place {
  /** The included file it is in; absent: the policy file itself. */
  readonly file?: string;
  readonly line: number;
  readonly column: number;
  /** The text that stands there, shortened. */
  readonly found: string;
}

/** A YAML text, read, that still knows where everything stands. */
export interface Source {
  readonly data: Json;
  /** Where a value or its key stands; the nearest enclosing thing where it does not exist. `offset`: inside a one-line text. */
  place(path: Path, on?: On, offset?: number): Place;
}

/**
 * Reads YAML 1.2 (core schema): one document, unique keys, no aliases, no tags, no directives.
 * So that a policy has one reading, for people and for programs.
 *
 * @param file what its places call it; absent for the policy file itself
 */
export function readSource(text: string, file?: string): Result<Source, PolicyProblem[]> {
  const named = file === undefined ? {} : { file };
  if (text.length > POLICY_CHARACTERS_MAX) {
    const message = `the policy has ${text.length} characters; at most ${POLICY_CHARACTERS_MAX} are read`;
    return fail([{ ...named, line: 1, column: 1, path: '', message }]);
  }
  const lines = new LineCounter();
  const document = parse(text, lines);
  if (document === undefined)
    return fail([{ ...named, line: 1, column: 1, path: '', message: 'the file is no YAML at all' }]);
  const at = (offset: number, message: string, accepted?: string): PolicyProblem => {
    const { line, col } = lines.linePos(offset);
    const place = { ...named, line: Math.max(line, 1), column: Math.max(col, 1) };
    return { ...place, path: '', message, ...(accepted && { accepted }) };
  };
  const problems = [...syntaxProblems(document, text, at), ...dialectProblems(document, at)];
  if (problems.length > 0) return fail(problems);
  const data = document.toJS({ maxAliasCount: 0 }) as Json;
  return ok({
    data,
    place: (path, on = 'value', offset) => ({ ...named, ...placeOf(document, text, lines, path, on, offset) }),
  });
}

type At = (offset: number, message: string, accepted?: string) => PolicyProblem;

function parse(text: string, lineCounter: LineCounter): Document.Parsed | undefined {
  try {
    return parseDocument(text, {
      lineCounter,
      version: '1.2',
      schema: 'core',
      uniqueKeys: true,
      stringKeys: true,
      prettyErrors: false,
    });
  } catch {
    return undefined; // nested so deep that the parser's stack ends
  }
}

/** Every repeated key, but only the first other error: what follows it is mostly its echo. */
function syntaxProblems(document: Document.Parsed, text: string, at: At): PolicyProblem[] {
  const repeated = document.errors.filter(({ code }) => code === 'DUPLICATE_KEY');
  const other = document.errors.filter(({ code }) => code !== 'DUPLICATE_KEY').slice(0, 1);
  const shown = [...repeated, ...other].map((error) => syntaxProblem(error, text, at));
  return [...shown, ...document.warnings.map((warning) => at(warning.pos[0], lowered(warning.message)))];
}

function syntaxProblem({ code, message, pos }: YAMLError, text: string, at: At): PolicyProblem {
  const [start] = pos;
  if (code === 'DUPLICATE_KEY') {
    const key = /^[^\s:]+/.exec(text.slice(start))?.[0] ?? '';
    return at(start, `the key \`${key}\` stands here for the second time`);
  }
  if (code === 'MULTIPLE_DOCS') return at(start, 'a second document begins here; a policy is one');
  if (code === 'NON_STRING_KEY') return at(start, 'a key must be a text');
  if (message === 'Unexpected flow-map-start at node end') {
    return at(start, 'inside `{ … }` a text with braces must be in quotes', '"GET /v1/charges/{id}"');
  }
  return at(start, `this is not YAML: ${lowered(message)}`);
}

/** What YAML allows and a policy does not, because people or programs read it in two ways. */
function dialectProblems(document: Document.Parsed, at: At): PolicyProblem[] {
  const problems: PolicyProblem[] = [];
  if (document.directives.yaml.explicit === true) {
    problems.push(at(0, 'a %YAML directive changes what the words below mean; a policy has none'));
  }
  visit(document, {
    Node: (_key, node, ancestors) => {
      const offset = node.range?.[0] ?? 0;
      if (ancestors.length > DEPTH_MAX) {
        problems.push(at(offset, `this is nested more than ${DEPTH_MAX} deep`));
        return visit.BREAK;
      }
      if ('source' in node && !isScalar(node))
        problems.push(at(offset, 'aliases (`*name`) are not read; write it out'));
      if ('anchor' in node && node.anchor) problems.push(at(offset, 'anchors (`&name`) are not read; write it out'));
      if (node.tag?.startsWith('!') === true || (isScalar(node) && node.tag !== undefined)) {
        problems.push(at(offset, `the tag \`${node.tag.replace('tag:yaml.org,2002:', '!!')}\` is not read`));
      }
      return undefined;
    },
    Pair: (_key, pair) => {
      if (isScalar(pair.key) && pair.key.value === '__proto__') {
        problems.push(at(pair.key.range?.[0] ?? 0, 'no key may be called `__proto__`'));
      }
    },
  });
  return problems;
}

function placeOf(
  document: Document.Parsed,
  text: string,
  lines: LineCounter,
  path: Path,
  on: On,
  inner: number | undefined,
): Place {
  const node = nodeAt(document, path, on);
  const [start, end] = node?.range ?? [0, 0];
  const whole = text.slice(start, end);
  const { line, col } = lines.linePos(start + (inner === undefined ? 0 : innerOffset(node, whole, inner)));
  const first = whole.split('\n', 1)[0] as string;
  const found = first.length > FOUND_LENGTH_MAX ? `${first.slice(0, FOUND_LENGTH_MAX)}…` : first;
  return { line: Math.max(line, 1), column: Math.max(col, 1), found };
}

/** How far into a scalar's source its value's `offset` lies, where the two run in step; else its beginning. */
function innerOffset(node: Node | undefined, source: string, offset: number): number {
  if (!isScalar(node) || typeof node.value !== 'string') return 0;
  const skip = source.startsWith('"') || source.startsWith("'") ? 1 : 0;
  return source.slice(skip, skip + node.value.length) === node.value ? skip + offset : 0;
}

function nodeAt(document: Document.Parsed, path: Path, on: On): Node | undefined {
  let node: Node | undefined = document.contents ?? undefined;
  for (const [index, step] of path.entries()) {
    const last = index === path.length - 1;
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (pair === undefined) return node;
      const wantsKey = (last && on === 'key') || pair.value === null;
      node = (wantsKey ? pair.key : pair.value) as Node;
    } else if (isSeq(node)) {
      const item = node.items[Number(step)];
      if (item === undefined) return node;
      node = item as Node;
    } else {
      return node;
    }
  }
  return node;
}

function lowered(message: string): string {
  return message.slice(0, 1).toLowerCase() + message.slice(1);
}
