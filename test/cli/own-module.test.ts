import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../scenarios/stage.ts';
import { interlock } from './served.ts';

const POLICY = `
version: 1
upstreams:
  payments: { url: https://api.stripe.com, mock: ./world.ts, credential: { env: STRIPE_SECRET_KEY, as: bearer } }
routes:
  create_refund: { match: POST /v1/refunds, upstream: payments, effect: write, subject: "charge:{body.charge}" }
agents:
  bot: { stage: shadow, allow: [create_refund] }
`;
const WORLD = `
import { defineWorld } from 'agent-interlock';
import payments from 'agent-interlock/mocks/payments';
export default defineWorld(payments);
`;
const ORACLE = `
import { oracleOf } from 'agent-interlock';
export default oracleOf({ name: 'any', text: 'a refund', harm: (ledger) => ledger.filter(({ kind }) => kind === 'refund') });
`;

function project(files: Readonly<Record<string, string>>): { at: (name: string) => string } {
  const dir = temporaryDirectory();
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(dir, name), text);
  return { at: (name) => path.join(dir, name) };
}

test('a world and an oracle in a directory without any package import `agent-interlock`, which was never built', async () => {
  const { at } = project({ 'interlock.yaml': POLICY, 'world.ts': WORLD, 'oracle.ts': ORACLE });
  const given = ['--oracle', at('oracle.ts'), '--seed', '1', '--runs', '200'];
  const { stdout, stderr, code } = await interlock('probe', '-p', at('interlock.yaml'), ...given);
  expect(stderr).not.toContain('Failed');
  expect(stdout).toContain('HAPPENED  any: a refund');
  expect(code).toBe(1);
}, 30_000);

test('a file that is not there is named in a sentence, with the one that was meant', async () => {
  const { at } = project({ 'interlock.yaml': POLICY, 'worlds.ts': WORLD, 'oracle.ts': ORACLE });
  const noWorld = await interlock('probe', '-p', at('interlock.yaml'), '--runs', '1');
  expect(noWorld.stderr).toContain('Failed to load mock `./world.ts`: there is no file ');
  expect(noWorld.stderr).toContain('did you mean `worlds.ts`?');
  const policy = POLICY.replace('./world.ts', 'payments');
  const { at: shipped } = project({ 'interlock.yaml': policy, 'oracle.ts': ORACLE });
  const noOracle = await interlock('probe', '-p', shipped('interlock.yaml'), '--oracle', shipped('oracel.ts'));
  expect(noOracle.stderr).toContain(`there is no file ${shipped('oracel.ts')}; did you mean \`oracle.ts\`?`);
  expect([noWorld.code, noOracle.code]).toEqual([2, 2]);
  expect(noWorld.stderr + noOracle.stderr).not.toContain('Cannot find module');
}, 30_000);
