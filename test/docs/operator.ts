import type { Operations } from '../../src/door/operations.ts';

/**
 * Does at the desk what a page lets a human type: `npx interlock kill AGENT --reason … --by …`, and so `resume` and
 * `approve`.
 *
 * @throws where it is another command, or is refused
 */
export async function operate(words: readonly string[], operations: Operations): Promise<void> {
  const [npx, interlock, command, whom = '', ...options] = words;
  if (npx !== 'npx' || interlock !== 'interlock') throw new Error(`pages run curl and npx interlock, not ${npx}`);
  const { reason, by } = read(options);
  const done =
    command === 'kill'
      ? await operations.kill(whom, reason, by)
      : command === 'resume'
        ? await operations.resume(whom, reason, by)
        : command === 'approve'
          ? await operations.approve(whom, by, reason)
          : undefined;
  if (done === undefined) throw new Error(`pages run interlock kill, resume and approve, not ${command}`);
  if (!done.ok) throw new Error(done.failure.message);
}

/** @throws unless `--reason` and `--by` are there, and nothing else */
function read(words: readonly string[]): { readonly reason: string; readonly by: string } {
  const pairs = words.flatMap((word, index) => (index % 2 === 0 ? [[word, words[index + 1]] as const] : []));
  const { '--reason': reason, '--by': by, ...others } = Object.fromEntries(pairs);
  if (reason === undefined || by === undefined || Object.keys(others).length > 0) {
    throw new Error(`pages give interlock --reason and --by, not ${words.join(' ')}`);
  }
  return { reason, by };
}
