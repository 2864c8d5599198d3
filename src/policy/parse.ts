import type { Json } from '../std/canonical-json.ts';
import { fail, ok, type Result } from '../std/result.ts';
import { expandPolicy } from './expand/expand.ts';
import type { PolicyFiles } from './files.ts';
import { readIdentities, type Identities } from './identity.ts';
import { readCatalogue, type Catalogue } from './openapi/catalogue.ts';
import { byPlace, Report } from './report.ts';
import type { PolicyProblem } from './problem.ts';
import type { PolicyFile } from './schema.ts';
import { checkMeaning } from './semantics.ts';
import { readShape } from './shape.ts';
import { readSource } from './source.ts';

export interface ParsedPolicy {
  readonly file: PolicyFile;
  /** The plain policy, expanded, without the schema's defaults: what the digest is taken of. */
  readonly data: Json;
  /** The included texts by name as written. */
  readonly includes: Readonly<Record<string, string>>;
  /** What the documents that it names say of its routes. */
  readonly catalogue: Catalogue;
  readonly identities: Identities;
  readonly warnings: readonly PolicyProblem[];
}

/** Text → a policy file that is whole and means something, or every problem with it, in the order of the text. */
export function parsePolicy(text: string, file: string, files: PolicyFiles): Result<ParsedPolicy, PolicyProblem[]> {
  const written = readSource(text);
  if (!written.ok) return fail(byPlace(written.failure));
  const expanded = expandPolicy(written.value, file, files);
  if (!expanded.ok) return fail(byPlace(expanded.failure));
  const { source, includes } = expanded.value;
  const { policy, problems } = readShape(source);
  const report = new Report(source);
  if (policy !== undefined) checkMeaning(policy, report);
  const catalogue = policy === undefined ? undefined : readCatalogue(policy, files, report);
  const identities = policy === undefined ? undefined : readIdentities(policy, files, report);
  const all = byPlace([...expanded.value.problems, ...problems, ...report.problems]);
  if (policy === undefined || catalogue === undefined || identities === undefined || all.length > 0) return fail(all);
  return ok({ file: policy, data: source.data, includes, catalogue, identities, warnings: byPlace(report.warnings) });
}
