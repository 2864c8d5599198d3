import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { mutated, type Mutant } from './mutant.ts';

const ROOT = path.join(import.meta.dirname, '../..');
/** All but what is linked, built anew, or no part of the product: a folder that somebody adds is there by itself. */
const LEFT_OUT: ReadonlySet<string> = new Set(['node_modules', 'dist', 'reports']);
const PARTS = readdirSync(ROOT).filter((name) => !name.startsWith('.') && !LEFT_OUT.has(name));
/** A mutant may hang; a test that waits this long has noticed. */
const RUN_MAX_MS = 180_000;

/** How a test file fared. `broken`: it could not even be loaded, which says nothing of what it tests. */
export type Fared = 'passed' | 'failed' | 'broken';

/** A copy of the repository to spoil. */
export class Workshop {
  readonly #dir = mkdtempSync(path.join(tmpdir(), 'interlock-mutant-'));

  constructor() {
    for (const part of PARTS) cpSync(path.join(ROOT, part), path.join(this.#dir, part), { recursive: true });
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(this.#dir, 'node_modules'));
  }

  /** How the catching test fares with the mutant in place; the copy is as before afterwards. */
  async spoilt(mutant: Mutant): Promise<Fared> {
    const file = path.join(this.#dir, mutant.file);
    const sound = readFileSync(file, 'utf8');
    writeFileSync(file, mutated(sound, mutant));
    try {
      return await this.sound(mutant);
    } finally {
      writeFileSync(file, sound);
    }
  }

  /** How the catching test fares as things are. */
  async sound({ caughtBy, named }: Pick<Mutant, 'caughtBy' | 'named'>): Promise<Fared> {
    const report = path.join(this.#dir, 'report.json');
    rmSync(report, { force: true });
    const args = ['run', caughtBy, '--bail=1', '--reporter=json', `--outputFile=${report}`];
    if (named !== undefined) args.push('-t', named);
    const code = await ended(path.join(ROOT, 'node_modules/.bin/vitest'), args, this.#dir);
    const counts = readReport(report);
    if (code === 0) return counts.passed > 0 ? 'passed' : 'broken';
    return counts.failed > 0 || code === null ? 'failed' : 'broken';
  }

  close(): void {
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

/** The exit code; `null` where it had to be stopped. */
function ended(command: string, args: readonly string[], cwd: string): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: 'ignore', detached: true });
    const timer = setTimeout(() => process.kill(-(child.pid as number), 'SIGKILL'), RUN_MAX_MS);
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(timer);
      resolve(code);
    });
  });
}

function readReport(file: string): { readonly passed: number; readonly failed: number } {
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>;
    return { passed: numPassedTests ?? 0, failed: numFailedTests ?? 0 };
  } catch {
    return { passed: 0, failed: 0 };
  }
}
