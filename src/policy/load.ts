import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { canonicalJson, type Json } from '../std/canonical-json.ts';
import { fail, ok, type Result } from '../std/result.ts';
import type { RouteId } from '../engine/ids.ts';
import { compile } from './compile.ts';
import { decode, filesBeside, filesOf, NO_FILES, unreadable, type PolicyFiles, type RecordedPolicy } from './files.ts';
import { compileCheckpoints } from './checkpoints.ts';
import { compileNever } from './never/compile.ts';
import { compileNotify } from './notify.ts';
import type { DescribedOperation } from './openapi/catalogue.ts';
import { parsePolicy } from './parse.ts';
import type { LoadedPolicy } from './policy.ts';
import type { PolicyProblem } from './problem.ts';

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
  const { documents, operations, prepare } = catalogue;
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
    plain: data,
    environment,
    match,
    notify: compileNotify(parsed.value.file.notify),
    checkpoints: checkpoints && compileCheckpoints(checkpoints),
    onDiskFull: parsed.value.file.onDiskFull,
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

/**
 * SHA-256 (hex) of the canonical JSON of the plain policy that the author's files stand for. So moving a rule into a
 * template, routes into a group or a section into another file changes the digest only where it changes what the policy
 * says, the order of an agent's rules included. Documents count by their own digests; a policy without any has the
 * digest of its content alone.
 */
function digestOf(data: Json, documents: Readonly<Record<string, string>>): string {
  const content = Object.keys(documents).length === 0 ? data : [data, documents];
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}
