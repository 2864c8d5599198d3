/** One plain value of a document, and where in it. */
export interface Scalar {
  /** `data[0].customer`; empty for a document that is one value. */
  readonly path: string;
  readonly kind: 'string' | 'number' | 'literal';
  /** A string's characters; a number or literal as it was written. */
  readonly text: string;
}

/** More than any document that a record keeps holds; bounds what hostile text costs. */
export const SCALARS_MAX = 20_000;
/** Deeper lies nothing that anybody meant to be found. */
const DEPTH_MAX = 64;

/**
 * Every string, number and literal of a JSON text, in its order. A text that was cut off gives what stands before the cut:
 * the journal keeps only the start of a long answer, and a value in it was seen all the same. Numbers stay as they were
 * written: `1200.50` must not become `1200.5` before somebody compares it.
 *
 * A text that is no JSON gives what looked like it so far, which for other texts is nothing.
 */
export function scalarsOf(json: string): readonly Scalar[] {
  const found: Scalar[] = [];
  const stack: Level[] = [];
  let key: string | undefined;
  TOKEN.lastIndex = 0;
  while (found.length < SCALARS_MAX) {
    const match = TOKEN.exec(json);
    if (match === null) return found;
    const [token, quoted, bare] = match;
    const top = stack.at(-1);
    if (quoted !== undefined && top?.kind === 'object' && top.awaitsKey) {
      key = unquoted(quoted);
      continue;
    }
    if (quoted !== undefined || bare !== undefined) {
      const path = pathOf(stack, key);
      if (quoted !== undefined) found.push({ path, kind: 'string', text: unquoted(quoted) });
      // A number that the cut runs through is not that number.
      else if (TOKEN.lastIndex < json.length || stack.length === 0)
        found.push({ path, kind: kindOf(bare ?? ''), text: bare ?? '' });
      continue;
    }
    switch (token) {
      case '{':
      case '[':
        if (stack.length >= DEPTH_MAX) return found;
        stack.push({
          kind: token === '{' ? 'object' : 'list',
          path: pathOf(stack, key),
          awaitsKey: token === '{',
          index: 0,
        });
        key = undefined;
        break;
      case '}':
      case ']':
        stack.pop();
        break;
      case ',':
        if (top === undefined) return found;
        top.index += 1;
        top.awaitsKey = top.kind === 'object';
        break;
      default:
        if (top !== undefined) top.awaitsKey = false;
    }
  }
  return found;
}

interface Level {
  readonly kind: 'object' | 'list';
  readonly path: string;
  awaitsKey: boolean;
  index: number;
}

/** A whole string, a bare word or number, or punctuation; anything else ends the reading. */
const TOKEN = /[ \t\r\n]*(?:"((?:[^"\\]|\\[^])*)"|(-?\d[\d.eE+-]*|true|false|null)|[{}[\],:])/y;

function kindOf(bare: string): 'number' | 'literal' {
  return /^[-\d]/.test(bare) ? 'number' : 'literal';
}

function pathOf(stack: readonly Level[], key: string | undefined): string {
  const top = stack.at(-1);
  if (top === undefined) return '';
  if (top.kind === 'list') return `${top.path}[${top.index}]`;
  return joined(top.path, key ?? '');
}

/** `a.b`, and `a["odd key"]` where a dot would be read as another thing. */
export function joined(path: string, key: string): string {
  if (!/^[\w$-]{1,80}$/.test(key)) return `${path}[${JSON.stringify(key.length > 80 ? `${key.slice(0, 79)}…` : key)}]`;
  return path === '' ? key : `${path}.${key}`;
}

function unquoted(inside: string): string {
  if (!inside.includes('\\')) return inside;
  try {
    return JSON.parse(`"${inside}"`) as string;
  } catch {
    return inside;
  }
}
