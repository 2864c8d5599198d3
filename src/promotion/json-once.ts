import type { Json } from '../std/canonical-json.ts';
import { fail, ok, type Result } from '../std/result.ts';

const STRING_OR_SPACE = /("(?:[^"\\]|\\.)*")|[ \t\r\n]+/g;

/**
 * Reads JSON that says everything once: without its white space it must be what `write` makes of the value, so that there is
 * no key twice, and no number or text in a spelling that another reader may take otherwise.
 *
 * @param write `JSON.stringify`, or one that is stricter
 */
export function readJsonOnce(
  text: string,
  write: (value: Json) => string = JSON.stringify,
): Result<Json, 'invalid' | 'twice'> {
  try {
    const value = JSON.parse(text) as Json;
    const plain = text.replaceAll(STRING_OR_SPACE, (_, string: string | undefined) => string ?? '');
    return write(value) === plain ? ok(value) : fail('twice');
  } catch {
    // No JSON, or nested deeper than any stack.
    return fail('invalid');
  }
}
