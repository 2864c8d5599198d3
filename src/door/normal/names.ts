import { folded, isPlain } from '../../std/folded.ts';

/**
 * Names of fields in queries, forms and JSON: which are refused, and which two an upstream may take for one.
 *
 * Parsers differ. Go's encoding/json and ASP.NET ignore case, databases ignore Unicode's normal forms, frameworks trim.
 * A body with `amount` and `Amount` is judged by one and may be paid by the other, so both together are refused.
 */

/** What frameworks take for the method. */
const METHOD: readonly string[] = ['_method', 'x-http-method-override'];
/** Those, and names that reach into JavaScript's prototypes. */
const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype', ...METHOD]);

const VISIBLE_ASCII = /^[!-~]*$/;
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

/** What is wrong with a name by itself, as the end of a sentence; `undefined`: nothing. */
export function faultOf(name: string): string | undefined {
  if (FORBIDDEN.has(name)) return 'is reserved';
  if (isPlain(name)) return undefined;
  if (!VISIBLE_ASCII.test(name)) {
    if (CONTROL.test(name)) return 'contains a control character';
    if (!name.isWellFormed()) return 'is not valid Unicode';
  }
  return METHOD.includes(folded(name)) ? 'is reserved' : undefined;
}

/** The folded form of a field's base name: PHP reads `a.b` and `a b` as `a_b`, in base names but not in brackets. */
export function foldedBase(name: string): string {
  return folded(name).replace(/[ .]/g, '_');
}

/** The first name whose folded form was there before. Call it only where some name is not plain: others cannot be twins. */
export function twinAmong(names: readonly string[], fold: (name: string) => string = folded): string | undefined {
  const seen = new Set<string>();
  for (const name of names) {
    const form = fold(name);
    if (seen.has(form)) return name;
    seen.add(form);
  }
  return undefined;
}
