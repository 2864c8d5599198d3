/** Patterns run on what agents send: a longer text is refused rather than matched, so that a match costs little. */
export const PATTERNED_LENGTH_MAX = 4_096;

/**
 * A `pattern` of a document as a test; `undefined` where it is no regular expression, or one that could take exponential
 * time: a repetition around another repetition or around alternatives. Such a pattern is not checked.
 */
export function patternTest(pattern: string): PatternTest | undefined {
  const expression = isTame(pattern) ? compiled(pattern) : undefined;
  if (expression === undefined) return undefined;
  return { test: (text) => text.length <= PATTERNED_LENGTH_MAX && expression.test(text), toString: () => pattern };
}

export interface PatternTest {
  readonly test: (text: string) => boolean;
  /** The pattern: ajv tells tests apart by it. */
  readonly toString: () => string;
}

/** Many documents escape more than the `u` flag takes (`\-`), so what it refuses is read without it. */
function compiled(pattern: string): RegExp | undefined {
  for (const flags of ['u', '']) {
    try {
      return new RegExp(pattern, flags);
    } catch {
      // The next reading, or none.
    }
  }
  return undefined;
}

const REPEATED = /^(?:[*+]|\{\d+,\d*\})/;

/** Whether no group that repeats holds a repetition or alternatives, and nothing refers back to a group. */
function isTame(pattern: string): boolean {
  const groups = [{ loose: false }];
  for (let index = 0; index < pattern.length; index += 1) {
    const rest = pattern.slice(index);
    const group = groups.at(-1) as { loose: boolean };
    const letter = pattern[index];
    if (letter === '\\') {
      if (/^\\[1-9k]/.test(rest)) return false;
      index += 1;
    } else if (letter === '[') {
      index += classLength(rest) - 1;
    } else if (letter === '(') {
      groups.push({ loose: false });
    } else if (letter === ')') {
      if (groups.length > 1) groups.pop();
      const outer = groups.at(-1) as { loose: boolean };
      if (group.loose && REPEATED.test(rest.slice(1))) return false;
      if (group.loose) outer.loose = true;
    } else if (letter === '|' ? groups.length > 1 : REPEATED.test(rest)) {
      group.loose = true;
    }
  }
  return true;
}

function classLength(rest: string): number {
  return /^\[(?:\\[^]|[^\]\\])*\]?/.exec(rest)?.[0].length ?? 1;
}
