import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';

const MAJOR_MIN = 24;
const ROOT = path.join(import.meta.dirname, '..');
/** What the page is built of. */
const PAGE_SOURCES = ['src/dashboard', 'src/control/contract', 'src/std', 'scripts/dashboard.ts'];

/** Refuses to test on a Node that Interlock does not run on, and tests the page as its sources are now: a green run would prove nothing else. */
export default function setup(): void {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < MAJOR_MIN) {
    throw new Error(
      `Failed to test on Node ${process.versions.node}: Interlock needs ${MAJOR_MIN}; run \`npx vitest run\`.`,
    );
  }
  const builtMs = madeMs('dist/dashboard/index.html');
  if (PAGE_SOURCES.every((source) => newestMs(source) < builtMs)) return;
  execFileSync(process.execPath, ['scripts/dashboard.ts'], { cwd: ROOT, stdio: 'inherit' });
}

function madeMs(file: string): number {
  return statSync(path.join(ROOT, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function newestMs(source: string): number {
  const place = path.join(ROOT, source);
  if (!statSync(place).isDirectory()) return madeMs(source);
  const inside = readdirSync(place, { recursive: true, encoding: 'utf8' });
  return Math.max(...inside.map((file) => madeMs(path.join(source, file))));
}
