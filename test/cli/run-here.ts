import { vi } from 'vitest';
import { main } from '../../src/cli/main.ts';
import type { CommandResult } from './served.ts';

/** Runs one `interlock` command in this process: a process of its own takes half a second only to begin. */
export async function runHere(...words: readonly string[]): Promise<CommandResult> {
  const output = { stdout: '', stderr: '' };
  const spies = [
    vi.spyOn(console, 'log').mockImplementation((line) => void (output.stdout += `${String(line)}\n`)),
    vi.spyOn(console, 'error').mockImplementation((line) => void (output.stderr += `${String(line)}\n`)),
  ];
  process.exitCode = 0;
  try {
    const code = await main(words);
    return { code, ...output };
  } finally {
    for (const spy of spies) spy.mockRestore();
    process.exitCode = 0;
  }
}
