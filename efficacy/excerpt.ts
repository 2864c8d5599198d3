/** How the recordings mark an answer that was cut. */
const CUT = '…';

/**
 * The whole members at the beginning of a cut JSON object, as an object of their own: `{"id": "W1", "items": [{"na…` is
 * `{"id": "W1"}`. Anything else comes back as it is.
 *
 * So rules can look into the answers of a recording that keeps 200 characters of each. What stood behind is missing, and a
 * rule that asks for it finds nothing.
 */
export function completed(excerpt: string): string {
  if (!excerpt.endsWith(CUT) || !excerpt.startsWith('{')) return excerpt;
  let depth = 0;
  let inText = false;
  let end: number | undefined;
  for (let index = 0; index < excerpt.length; index += 1) {
    const character = excerpt[index];
    if (inText) {
      if (character === '\\') index += 1;
      else if (character === '"') inText = false;
    } else if (character === '"') inText = true;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    else if (character === ',' && depth === 1) end = index;
  }
  return end === undefined ? '{}' : `${excerpt.slice(0, end)}}`;
}
