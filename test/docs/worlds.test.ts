import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadWorld, shippedWorlds } from '../../src/cli/worlds.ts';
import { interlock } from '../cli/served.ts';
import { temporaryDirectory } from '../scenarios/stage.ts';
import { worldSection } from './world-tables.ts';

const PAGE = path.join(import.meta.dirname, '../../docs/worlds.md');
const page = (): string => readFileSync(PAGE, 'utf8');
const block = (language: string): string =>
  new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(page())?.[1] ?? '';

/** `UPDATE_DOCS=1` writes what really came. */
function compare(shown: string, came: string): void {
  expect(shown).not.toBe('');
  if (process.env['UPDATE_DOCS'] === '1')
    writeFileSync(
      PAGE,
      page().replace(shown, () => came),
    );
  else expect(came).toBe(shown);
}

test('what the page tells of each shipped world is what the world says of itself', async () => {
  const names = [...shippedWorlds().keys()];
  expect(names.length).toBeGreaterThan(4);
  const worlds = await Promise.all(names.map((name) => loadWorld(name, 'interlock.yaml')));
  for (const { operations = [], ledger = [] } of worlds) expect([operations.length, ledger.length]).not.toContain(0);
  const [shown = ''] = /<!-- worlds -->\n[^]*<!-- \/worlds -->/.exec(page()) ?? [];
  compare(shown, `<!-- worlds -->\n\n${worlds.map(worldSection).join('\n')}\n<!-- /worlds -->`);
});

test('the world of the page is probed as it shows', async () => {
  const dir = temporaryDirectory();
  const policy = path.join(dir, 'interlock.yaml');
  writeFileSync(policy, block('yaml'));
  writeFileSync(path.join(dir, 'bookings.ts'), block('ts'));
  const shown = block('console');
  const [typed = ''] = shown.split('\n');
  const given = typed
    .split(' ')
    .slice(3)
    .map((word) => (word === 'interlock.yaml' ? policy : word));
  const { code, stdout, stderr } = await interlock('probe', ...given);
  expect(stderr).not.toContain('Failed');
  const told = stdout.slice(stdout.indexOf('HOLE'), stdout.indexOf('\n\nFound in run'));
  expect(told).toContain('booking:b');
  compare(shown, `${typed}\n${told.replaceAll(dir.slice(1) + path.sep, '')}\n`);
  expect(code).toBe(1);
}, 30_000);
