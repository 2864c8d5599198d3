import type { Fields } from './fields.ts';

/** Errors of our own, whose words are made of the policy's names, files of ours and numbers. */
const OURS: ReadonlySet<string> = new Set([
  'JournalFailed',
  'JournalFull',
  'JournalLocked',
  'JournalDamaged',
  'CommandFailed',
  'InvariantBroken',
]);
/** {@link unreachable} shows the value that nobody thought of. */
const SHOWS_A_VALUE = /^unreachable: /;
const FRAMES_MAX = 12;

/**
 * What the log tells of an error. The words of one that is not ours are left out: a parser's quote what it could not parse,
 * and that may be an agent's.
 */
export function told(error: unknown): { readonly words: string; readonly fields: Fields } {
  if (!(error instanceof Error)) return { words: `a ${typeof error} was thrown; it is not shown`, fields: {} };
  const { code, syscall } = error as NodeJS.ErrnoException;
  const fields = { error: error.name, code, frames: framesOf(error) };
  // The system's own words name a call, a code and a file or an address of ours.
  const ours = (OURS.has(error.name) && !SHOWS_A_VALUE.test(error.message)) || syscall !== undefined;
  if (ours) return { words: error.message, fields };
  return { words: `${error.name}; its message may quote what an agent wrote, and is not shown`, fields };
}

/** Where it was thrown: what stands behind its words in the stack; nothing where the words are not found there. */
function framesOf({ name, message, stack = '' }: Error): string | undefined {
  const head = message === '' ? name : `${name}: ${message}`;
  if (!stack.startsWith(head)) return undefined;
  const frames = stack
    .slice(head.length)
    .split('\n')
    .slice(1, FRAMES_MAX + 1)
    .join('\n');
  return frames === '' ? undefined : frames;
}
