import { readFile } from 'node:fs/promises';
import { fail, ok, type Result } from '../std/result.ts';
import type { RouteId } from '../engine/ids.ts';
import { compile } from './compile.ts';
import { decode, filesBeside, filesOf, NO_FILES, unreadable, type PolicyFiles, type RecordedPolicy } from './files.ts';
import { compileCheckpoints } from './checkpoints.ts';
import { digestOf, rulesDigestOf } from './digest.ts';
import { compileNever } from './never/compile.ts';
import { compileNotify } from './notify.ts';
import type { DescribedOperation } from './openapi/catalogue.ts';
import { parsePolicy } from './parse.ts';
import type { LoadedPolicy } from './policy.ts';
import type { PolicyProblem } from './problem.ts';
import { compilePromotion } from './promotion/compile.ts';

/**
 * Reads, checks and compiles a policy. Pure: what it includes comes from `files`.
 *
 * @param file what its problems and the journal call it
 */
export function loadPolicy(
  text: string,
  file: string,
  files: PolicyFiles = NO_FILES,
): Result<LoadedPolicy, PolicyProblem[]> {
  const parsed = parsePolicy(text, file, files);
  if (!parsed.ok) return parsed;
  const { data, includes, catalogue, warnings } = parsed.value;
  const { operations, prepare } = catalogue;
  const { identities, prompts } = parsed.value.identities;
  const documents = { ...catalogue.documents, ...prompts };
  const digest = digestOf(data, documents);
  const { match, ...compiled } = compile(parsed.value.file, catalogue, digest);
  if (match === undefined) {
    const message = 'the paths of `routes` overlap in too many ways; use fewer parameters';
    return fail([{ line: 1, column: 1, path: 'routes', message }]);
  }
  const { environment, checkpoints } = parsed.value.file;
  return ok({
    ...compiled,
    file,
    text,
    includes,
    documents,
    operations: operations as ReadonlyMap<RouteId, DescribedOperation>,
    prepare,
    digest,
    rulesDigest: rulesDigestOf(data, parsed.value.file, documents),
    plain: data,
    environment,
    match,
    notify: compileNotify(parsed.value.file.notify),
    checkpoints: checkpoints && compileCheckpoints(checkpoints),
    onDiskFull: parsed.value.file.onDiskFull,
    promotion: compilePromotion(parsed.value.file.promotion),
    identities,
    never: compileNever(parsed.value.file),
    warnings,
  });
}

/** Loads a policy, and what it includes, from disk. A file that cannot be read is one problem, at its beginning. */
export async function readPolicy(path: string): Promise<Result<LoadedPolicy, PolicyProblem[]>> {
  let text: string;
  try {
    text = decode(await readFile(path));
  } catch (error) {
    const missing = 'create it, or name another one: --policy PATH';
    return fail([{ line: 1, column: 1, path: '', message: unreadable(error, missing) }]);
  }
  return loadPolicy(text, path, filesBeside(path));
}

/** Compiles a policy again from what the journal recorded of it, and from nothing else. */
export function loadRecorded(recorded: RecordedPolicy): Result<LoadedPolicy, PolicyProblem[]> {
  return loadPolicy(recorded.text, recorded.file, filesOf(recorded));
}
