import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { canonicalJson } from '../std/canonical-json.ts';
import { fail, ok, type Result } from '../std/result.ts';
import { compile } from './compile.ts';
import { parsePolicy } from './parse.ts';
import type { LoadedPolicy } from './policy.ts';
import type { PolicyProblem } from './problem.ts';

/** Reads, checks and compiles a policy. `file` is what its problems and the journal call it. */
export function loadPolicy(text: string, file: string): Result<LoadedPolicy, PolicyProblem[]> {
  const parsed = parsePolicy(text);
  if (!parsed.ok) return parsed;
  const digest = createHash('sha256').update(canonicalJson(parsed.value.data)).digest('hex');
  const { policy, upstreams, prices, reads, match } = compile(parsed.value.file, digest);
  if (match === undefined) {
    const message = 'the paths of `routes` overlap in too many ways; use fewer parameters';
    return fail([{ line: 1, column: 1, path: 'routes', message }]);
  }
  const { environment } = parsed.value.file;
  return ok({
    policy,
    file,
    text,
    digest,
    environment,
    upstreams,
    prices,
    reads,
    match,
    warnings: parsed.value.warnings,
  });
}

/** Loads a policy from disk. A file that cannot be read is one problem, at its beginning. */
export async function readPolicy(path: string): Promise<Result<LoadedPolicy, PolicyProblem[]>> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (error) {
    return fail([{ line: 1, column: 1, path: '', message: unreadable(error) }]);
  }
  return loadPolicy(text, path);
}

function unreadable(error: unknown): string {
  switch ((error as { code?: string }).code) {
    case 'ENOENT':
      return 'there is no such file; create it, or name another one: interlock check PATH';
    case 'EISDIR':
      return 'this is a directory; name the policy file in it';
    case 'EACCES':
      return 'the file may not be read by this user; change its permissions';
    case 'ERR_ENCODING_INVALID_ENCODED_DATA':
      return 'the file is not UTF-8; save it as UTF-8';
    default:
      return `the file could not be read (${error instanceof Error ? error.message : String(error)})`;
  }
}
