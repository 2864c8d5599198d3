import { canonicalJson, type Json } from '../std/canonical-json.ts';
import { fail, ok, type Result } from '../std/result.ts';

const STRING_OR_SPACE = /("(?:[^"\\]|\\.)*")|[ \t\r\n]+/g;

/**
 * Reads JSON that says everything once: without its white space it must be what this runtime writes of the value, so that
 * there is no key twice, and no number or text in a spelling that another reader may take otherwise.
 */
export function readJsonOnce(text: string): Result<Json, 'invalid' | 'twice'> {
  try {
    const value = JSON.parse(text) as Json;
    const plain = text.replaceAll(STRING_OR_SPACE, (_, string: string | undefined) => string ?? '');
    return JSON.stringify(value) === plain ? ok(value) : fail('twice');
  } catch {
    // No JSON, or nested deeper than any stack.
    return fail('invalid');
  }
}

/** Reads JSON in its one canonical spelling. `undefined`: it is none, or in another. */
export function readCanonicalJson(text: string): Json | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return canonicalJson(value) === text ? value : undefined;
  } catch {
    return undefined;
  }
}
