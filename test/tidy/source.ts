/** One source file of the project, as the tidy rules see it. */
export interface Source {
  /** From the root, with slashes: `src/engine/call.ts`. */
  readonly path: string;
  readonly text: string;
}

/** An import or re-export: whom it names, and whether types alone cross. */
export interface Import {
  readonly from: string;
  readonly typesOnly: boolean;
}

const IMPORT =
  /^\s*(import|export)\s+(type\s)?(?:[^'";=()]*?\sfrom\s*)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm;

export function importsOf({ text }: Source): Import[] {
  return [...withoutComments(text).matchAll(IMPORT)].map(([, , type, from, dynamic]) => ({
    from: (from ?? dynamic) as string,
    typesOnly: type !== undefined,
  }));
}

/** Where a relative import leads, from the root: `src/std/clock.ts`. */
export function resolve(path: string, from: string): string {
  const parts = path.split('/').slice(0, -1);
  for (const part of from.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/** Strings and templates are told from comments, so that a URL is no comment and a quoted `//` stays. */
const TOKEN = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;

export function withoutComments(text: string): string {
  return text.replace(TOKEN, (token) => (token.startsWith('/') ? ' ' : token));
}

/** Code alone: what a comment or a string says of `Date.now` is not a use of it, but what a template computes is. */
export function codeOf(text: string): string {
  return text.replace(TOKEN, (token) => {
    if (token.startsWith('/')) return ' ';
    return token.startsWith('`') ? `(${(token.match(/\$\{[^}]*\}/g) ?? []).join(' ')})` : "''";
  });
}

/** What stands in comments alone. */
export function commentsOf(text: string): string {
  return (text.match(TOKEN) ?? []).filter((token) => token.startsWith('/')).join('\n');
}
