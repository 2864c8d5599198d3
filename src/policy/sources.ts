import type { Json } from '../std/canonical-json.ts';
import { comparable } from '../engine/guards/provenance.ts';
import type { Route } from '../engine/policy.ts';
import type { PolicyFile } from './schema.ts';

/** What one answer may vouch for. Beyond it the rest is passed over, which only holds more calls. */
export const VALUES_PER_ANSWER_MAX = 1_000;
/** Places looked at in one answer, whatever they hold. */
export const VISITS_MAX = 100_000;

const STEP = /^[A-Za-z0-9_-]+$/;
export const SOURCE_FORM = 'a field of the answer: body.account, or body.data.*.account for each of a list';

/** Where in an answer's body values stand; `*` stands for every member of a list or an object. */
type SourcePath = readonly string[];

/** `body.data.*.account` → `['data', '*', 'account']`; `undefined` where the text is no field of an answer. */
export function parseSource(text: string): SourcePath | undefined {
  const [root, ...path] = text.split('.');
  return root === 'body' && path.length > 0 && path.every((step) => step === '*' || STEP.test(step)) ? path : undefined;
}

/** What provenance rules and the values of answers know a source by: `get_vendor body.account`. */
export function sourceName(route: string, field: string): string {
  return `${route} ${field}`;
}

/** What later calls may rest on of one route's answers: every field of it that a provenance rule trusts. */
export function sourcesOf(route: string, { agents }: PolicyFile): Route['sources'] {
  const trusted = Object.values(agents)
    .flatMap(({ provenance }) => provenance)
    .flatMap(({ from }) => from)
    .flatMap((source) => ('route' in source && source.route === route ? [source.field] : []));
  const fields = [...new Set(trusted)];
  return fields.length === 0 ? NONE : new Map(fields.map((field) => [sourceName(route, field), sourceReader(field)]));
}

const NONE: Route['sources'] = new Map();

/** Reads the values at a field, each once, in the form in which they are compared. */
export function sourceReader(field: string): (body: Json) => readonly string[] {
  const path = parseSource(field) ?? [];
  return (body) => {
    const values = new Set<string>();
    let visits = 0;
    const visit = (value: Json | undefined, depth: number): void => {
      visits += 1;
      if (visits > VISITS_MAX || values.size >= VALUES_PER_ANSWER_MAX) return;
      if (depth === path.length) {
        const text = comparable(value);
        if (text !== null) values.add(text);
        return;
      }
      if (typeof value !== 'object' || value === null) return;
      const step = path[depth] as string;
      if (step === '*') for (const member of Object.values(value)) visit(member, depth + 1);
      else if (Object.hasOwn(value, step)) visit((value as Readonly<Record<string, Json>>)[step], depth + 1);
    };
    visit(body, 0);
    return [...values];
  };
}
