import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fail, ok, type Result } from '../std/result.ts';

/** What a policy needs beside its own text. Passed in, so that loading one is pure. */
export interface PolicyFiles {
  /** The text of an included file, by its name as the policy writes it. A failure says why there is none. */
  readonly include: (name: string) => Result<string, string>;
  /** The bytes of an external document (OpenAPI), by its path as the policy writes it. Absent: none is at hand. */
  readonly document?: (name: string) => Result<Uint8Array, string>;
  /** Only of a recorded policy: SHA-256 (hex) of each document that it was loaded with, by its path as written. */
  readonly documents?: Readonly<Record<string, string>>;
}

/** A policy that stands for itself: whatever it includes is missing. */
export const NO_FILES: PolicyFiles = { include: () => fail('only a policy that is read from disk includes files') };

/** The files beside a policy file. */
export function filesBeside(policyFile: string): PolicyFiles {
  const folder = path.dirname(policyFile);
  return {
    include: (name) => {
      try {
        return ok(decode(readFileSync(path.join(folder, name))));
      } catch (error) {
        return fail(unreadable(error, 'create it, or take it out of `include`'));
      }
    },
    document: (name) => {
      try {
        return ok(readFileSync(path.resolve(folder, name)));
      } catch (error) {
        return fail(unreadable(error, 'create it, or correct its name here'));
      }
    },
  };
}

/** A policy as the journal records it. */
export interface RecordedPolicy {
  readonly file: string;
  readonly text: string;
  readonly includes?: Readonly<Record<string, string>>;
  readonly documents?: Readonly<Record<string, string>>;
}

/** What a recorded policy was loaded with. INVARIANT: nothing is read from disk. */
export function filesOf({ includes = {}, documents = {} }: RecordedPolicy): PolicyFiles {
  return {
    include: (name) => {
      const text = Object.hasOwn(includes, name) ? includes[name] : undefined;
      return text === undefined ? fail('its text was not recorded with the policy') : ok(text);
    },
    documents,
  };
}

/** @throws where the bytes are not UTF-8 */
export function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}

/** Why a file could not be read. `missing`: what to do where there is none. */
export function unreadable(error: unknown, missing: string): string {
  switch ((error as { code?: string }).code) {
    case 'ENOENT':
      return `there is no such file; ${missing}`;
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
