import type { Json } from '../../../std/canonical-json.ts';

/**
 * What a condition compares a field with: `body.amount <= 20000` → 20000, `body.reason in ["duplicate"]` → `duplicate`.
 * Read off its text, so that what no comparison of this form says is not found: the search then finds it by chance or not.
 *
 * @param place as an operation's fields have it: `id`, `body.amount`, `header.x-tenant`
 */
export function literalsAt(condition: string, place: string): readonly Json[] {
  const field = `(?:int|double|string)?\\(?${inCel(place)}\\)?`;
  const patterns = [
    `${field}\\s*(?:==|!=|<=|>=|<|>)\\s*(${LITERAL})`,
    `(${LITERAL})\\s*(?:==|!=|<=|>=|<|>)\\s*${field}`,
    `${field}\\s+in\\s+\\[([^\\]]*)\\]`,
    `${field}\\.(?:startsWith|endsWith|contains)\\((${LITERAL})\\)`,
  ];
  const texts = patterns.flatMap((pattern) =>
    [...condition.matchAll(new RegExp(pattern, 'g'))].map(([, text]) => text),
  );
  return texts.flatMap((text) => [...(text ?? '').matchAll(new RegExp(LITERAL, 'g'))].flatMap(([one]) => valueOf(one)));
}

const LITERAL = `-?\\d+(?:\\.\\d+)?|"[^"]*"|'[^']*'|true|false`;

/** `id` → `params.id`, `header.x-tenant` → `headers["x-tenant"]`: as conditions name it. */
function inCel(place: string): string {
  const [root = '', ...path] = place.split('.');
  const name = root === 'header' ? 'headers' : root === 'body' || root === 'query' ? root : 'params';
  const steps = name === 'params' ? [root] : path;
  return `\\b${name}${steps.map((step) => `(?:\\.${RegExp.escape(step)}\\b|\\[["']${RegExp.escape(step)}["']\\])`).join('')}`;
}

function valueOf(text: string): readonly Json[] {
  if (text.startsWith("'") || text.startsWith('"')) return [text.slice(1, -1)];
  return [JSON.parse(text) as Json];
}
