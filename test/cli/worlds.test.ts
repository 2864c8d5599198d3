import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import payments from '../../mocks/payments.ts';
import { loadWorld, mockFault, shippedWorlds } from '../../src/cli/worlds.ts';

function policyWith(files: Readonly<Record<string, string>>): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'interlock-worlds-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(dir, name), text);
  return path.join(dir, 'interlock.yaml');
}

const WORLD = 'export default { name: "own", paths: ["/*"], create: () => { throw new Error("not here"); } };';

it('a name is a shipped world, wherever the policy lies', async () => {
  expect(await loadWorld('payments', '/nowhere/interlock.yaml')).toBe(payments);
});

it.each([...shippedWorlds().keys()])('%s is a world of that name', async (name) => {
  expect((await loadWorld(name, 'interlock.yaml')).name).toBe(name);
});

it('a path is a file, relative to the policy', async () => {
  const policy = policyWith({ 'own.js': WORLD });
  expect((await loadWorld('./own.js', policy)).name).toBe('own');
  expect((await loadWorld(path.join(path.dirname(policy), 'own.js'), '/elsewhere/interlock.yaml')).name).toBe('own');
});

it.each([
  ['payment', /^Failed to find mock `payment`; did you mean `payments`\? A mock is a shipped world \(.*payments.*shop/],
  ['mocks/payments.ts', /did you mean `\.\/mocks\/payments\.ts`\?/],
  ['payments.ts', /did you mean `\.\/payments\.ts`\?/],
  ['./missing.js', /^Failed to load mock `\.\/missing\.js`: /],
  ['./wrong.js', /^Failed to load mock `\.\/wrong\.js`: its default export must be a world/],
])('`mock: %s` is an error that says what to write', async (mock, message) => {
  const policy = policyWith({ 'wrong.js': 'export default {};', 'own.js': WORLD });
  await expect(loadWorld(mock, policy)).rejects.toThrow(message);
});

it.each([
  ['payments', undefined, undefined],
  ['./own.js', undefined, undefined],
  ['payment', /is no mock/, 'payments'],
  ['own.js', /is no mock/, './own.js'],
  ['./owm.js', /there is no file `.*owm\.js`/, './own.js'],
  ['./own.ts', /there is no file/, './own.js'],
  ['./nowhere/payments.ts', /there is no file/, 'payments'],
  ['./folder', /there is no file/, undefined],
])('what is wrong with `mock: %s` is seen without running it', (mock, message, suggestion) => {
  const policy = policyWith({ 'own.js': 'throw new Error("it was run");' });
  mkdirSync(path.join(path.dirname(policy), 'folder'));
  const fault = mockFault(mock, policy);
  if (message === undefined) expect(fault).toBeUndefined();
  else expect(fault?.message).toMatch(message);
  expect(fault?.suggestion).toBe(suggestion);
});
