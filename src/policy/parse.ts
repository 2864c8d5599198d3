import type { Json } from '../std/canonical-json.ts';
import { fail, ok, type Result } from '../std/result.ts';
import { byPlace, Report } from './report.ts';
import type { PolicyProblem } from './problem.ts';
import type { PolicyFile } from './schema.ts';
import { checkMeaning } from './semantics.ts';
import { readShape } from './shape.ts';
import { readSource } from './source.ts';

export interface ParsedPolicy {
  readonly file: PolicyFile;
  /** The YAML's content as it stands, without defaults: what the digest is taken of. */
  readonly data: Json;
  readonly warnings: readonly PolicyProblem[];
}

/** Text → a policy file that is whole and means something, or every problem with it, in the order of the text. */
export function parsePolicy(text: string): Result<ParsedPolicy, PolicyProblem[]> {
  const source = readSource(text);
  if (!source.ok) return fail(byPlace(source.failure));
  const { policy, problems } = readShape(source.value);
  const report = new Report(source.value);
  if (policy !== undefined) checkMeaning(policy, report);
  const all = byPlace([...problems, ...report.problems]);
  if (policy === undefined || all.length > 0) return fail(all);
  return ok({ file: policy, data: source.value.data, warnings: byPlace(report.warnings) });
}
