import { isUtf8 } from 'node:buffer';
import type { Json } from '../../std/canonical-json.ts';
import { ok, type Result } from '../../std/result.ts';
import { readFields } from './fields.ts';
import { refuse, type Refusal } from './refusal.ts';

export interface FormText {
  readonly value: Readonly<Record<string, Json>>;
  /** As in `Target.nested`. */
  readonly nested: readonly string[];
  readonly text: string;
}

const LOOKS_LIKE_JSON = /^\s*[{[]/;
/** Or a byte order mark. Tab and line ends stand for themselves, as raw spaces do: `curl -d` sends them. */
// oxlint-disable-next-line no-control-regex
const CONTROL = /^\ufeff|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/** Reads an `application/x-www-form-urlencoded` body (WHATWG URL, 5), its nested keys as {@link readFields} says. */
export function readForm(bytes: Buffer): Result<FormText, Refusal> {
  if (!isUtf8(bytes)) return refuse(400, 'form_not_utf8', 'The form body must be valid UTF-8.');
  const text = bytes.toString('utf8');
  if (LOOKS_LIKE_JSON.test(text)) {
    return refuse(400, 'form_is_json', 'The body looks like JSON; send it with Content-Type: application/json.');
  }
  if (CONTROL.test(text))
    return refuse(
      400,
      'form_control',
      'A form body must not hold a byte order mark or raw control characters; escape them, %07.',
    );
  const fields = readFields(text);
  return fields.ok ? ok({ value: fields.value.values, nested: fields.value.nested, text }) : fields;
}
