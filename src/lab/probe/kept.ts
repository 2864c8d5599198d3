import { createHash } from 'node:crypto';
import { canonicalJson, type Json } from '../../std/canonical-json.ts';
import type { Course, ProbeGrant, Step } from './course.ts';
import type { Discovery, Told } from './discovery.ts';
import type { Field } from './field.ts';

/**
 * A discovery in a file of its own, which `interlock sandbox` acts out again for ever. It names the policy and carries none of
 * it: mending the policy is what makes it hold.
 */
export interface KeptDiscovery {
  readonly kind: 'found';
  /** As the file: `found-once-create_refund-1f2e3d`. */
  readonly name: string;
  /** What must never happen, and did. */
  readonly title: string;
  /** What happened, and why nothing stopped it. */
  readonly story: readonly string[];
  readonly source: string;
  /** A path, relative to this file. */
  readonly policy: string;
  /** The businesses as they were found, by upstream. */
  readonly worlds: Readonly<Record<string, KeptWorld>>;
  readonly oracle: KeptOracle;
  /** When the businesses begin, and when the course does (ISO 8601). */
  readonly worldsBegin: string;
  readonly startsAt: string;
  readonly grants: readonly ProbeGrant[];
  readonly steps: readonly Step[];
  /** To search again: `interlock probe --seed`. */
  readonly seed: number;
  readonly path: string;
}

export interface KeptWorld {
  /** As a policy writes it: a shipped world's name, or a path relative to the policy. */
  readonly mock: string;
  readonly seed: number;
  readonly size?: number;
}

/** Which oracle saw the harm: one that the policy states, by its words and its place; or one in a file. */
export type KeptOracle =
  | { readonly rule: string; readonly text: string }
  | { readonly name: string; /** A path, relative to this file. */ readonly file: string };

export interface KeepOptions {
  /** Relative to where the file will be. */
  readonly policy: string;
  /** Where the oracle is not the policy's own: its file, relative to where this one will be. */
  readonly oracleFile?: string | undefined;
  /** By upstream, as the policy names them. */
  readonly mocks: Readonly<Record<string, string>>;
}

/** What is kept of a discovery. */
export function keep(discovery: Discovery, told: Told, field: Field, options: KeepOptions): KeptDiscovery {
  const { course, harm, seed, path, runs } = discovery;
  const worlds = [...field.worlds].map(([upstream, { options: made }]): [string, KeptWorld] => [
    upstream,
    {
      mock: options.mocks[upstream] ?? '',
      seed: made.seed,
      ...(made.size !== undefined && { size: made.size }),
    },
  ]);
  const text = field.loaded.never.find(({ rule }) => rule === harm.oracle)?.text ?? harm.oracle;
  const remedy = told.remedies[0];
  return {
    kind: 'found',
    name: nameOf(discovery, field),
    title: text,
    story: [...told.story, told.gap, ...(remedy === undefined ? [] : [`It is stopped by: ${remedy.title}.`])],
    source: `interlock probe --seed ${seed}, found in run ${runs}`,
    policy: options.policy,
    worlds: Object.fromEntries(worlds),
    oracle:
      options.oracleFile === undefined ? { rule: harm.oracle, text } : { name: harm.oracle, file: options.oracleFile },
    worldsBegin: new Date(field.startsAt).toISOString(),
    startsAt: new Date(course.startsAt).toISOString(),
    grants: course.grants,
    steps: course.steps,
    seed,
    path,
  };
}

export function courseOf({ startsAt, grants, steps }: KeptDiscovery): Course {
  return { startsAt: Date.parse(startsAt), grants, steps };
}

const HASH_LENGTH = 6;

/** `found-once-create_refund-1f2e3d`: what kind of harm, by which route, and which course of it. */
function nameOf({ harm, course }: Discovery, { loaded }: Field): string {
  const never = loaded.never.find(({ rule }) => rule === harm.oracle);
  const route = harm.deeds.at(-1)?.by?.route ?? 'nobody';
  const isOnce = never?.kind === 'effects' && never.each === 'subject' && never.over === 1;
  const kind = isOnce ? 'once' : (never?.kind ?? harm.oracle);
  const told = canonicalJson({ oracle: harm.oracle, ...course } as unknown as Json);
  const hash = createHash('sha256').update(told).digest('hex').slice(0, HASH_LENGTH);
  return ['found', kind, route, hash]
    .map((part) => part.replaceAll(/[^\w-]+/g, '_').replaceAll(/^_+|_+$/g, ''))
    .join('-');
}

/** The file, whole. It takes only a type from the package, so that it runs wherever Node does. */
export function keptFile(kept: KeptDiscovery): string {
  const { kind: _, name, title, story, grants, steps, ...rest } = kept;
  const field = ([key, value]: readonly [string, unknown]): string => `  ${key}: ${literal(value as Json)},`;
  return [
    "import type { KeptDiscovery } from 'agent-interlock';",
    '',
    '/** Found by `interlock probe`. `interlock sandbox` acts it out again, under the policy as it is by then. */',
    'export default {',
    "  kind: 'found',",
    ...Object.entries({ name, title }).map(field),
    ...list('story', story),
    ...Object.entries(rest).map(field),
    ...list('grants', grants as unknown as readonly Json[]),
    ...list('steps', steps as unknown as readonly Json[]),
    '} satisfies KeptDiscovery;',
    '',
  ].join('\n');
}

function list(key: string, items: readonly Json[]): readonly string[] {
  return [`  ${key}: [`, ...items.map((item) => `    ${literal(item)},`), '  ],'];
}

/** As a person writes it in TypeScript. */
function literal(value: Json): string {
  if (typeof value === 'string') return quoted(value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item: Json) => literal(item)).join(', ')}]`;
  const members = Object.entries(value).map(([key, member]) => `${nameIn(key)}: ${literal(member)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

const nameIn = (key: string): string => (/^[A-Za-z_$][\w$]*$/.test(key) ? key : quoted(key));

/** Single quotes; what would end the text, or the line, is escaped as JSON has it. */
function quoted(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}'`;
}
