import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { vi } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { temporaryDirectory } from '../scenarios/stage.ts';
import type { CommandResult } from './served.ts';

/** A file of a directory of its own. */
export function written(name: string, text: string, mode = 0o644): string {
  const file = path.join(temporaryDirectory(), name);
  writeFileSync(file, text, { mode });
  return file;
}

/** A command in this very process, which spares a start; the agents that it runs are processes all the same. */
export async function inThisProcess(...args: readonly string[]): Promise<CommandResult> {
  const [out, err]: [string[], string[]] = [[], []];
  const spies = [
    vi.spyOn(console, 'log').mockImplementation((line: string) => void out.push(`${line}\n`)),
    vi.spyOn(console, 'error').mockImplementation((line: string) => void err.push(`${line}\n`)),
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => err.push(String(text)) > 0),
  ];
  try {
    const code = await main(args);
    return { code, stdout: out.join(''), stderr: err.join('') };
  } finally {
    for (const spy of spies) spy.mockRestore();
    process.exitCode = 0;
  }
}

/** What `interlock sandbox --json` tells of a scenario's run. */
export interface ToldRun {
  readonly money: string;
  readonly writes: number;
  readonly harm: { readonly entries: number; readonly texts?: readonly string[] };
  readonly requests: { readonly sent: number; readonly reached: number };
  readonly said: readonly string[];
}

export interface Told {
  readonly held: boolean;
  readonly unguarded: ToldRun;
  readonly guarded: ToldRun;
  readonly remarks: readonly string[];
  readonly promises: readonly { readonly id: string; readonly held: boolean; readonly detail: string }[];
}

/** `interlock sandbox … --json`, of one scenario. `dir`: where its journal is. */
export async function sandbox(
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly told: Told; readonly dir: string }> {
  const out = temporaryDirectory();
  const behind = args.indexOf('--') === -1 ? args.length : args.indexOf('--');
  const options = [...args.slice(0, behind), '--json', '--out', out, ...args.slice(behind)];
  const { code, stdout, stderr } = await inThisProcess('sandbox', ...options);
  if (stdout === '') throw new Error(stderr);
  const { scenarios } = JSON.parse(stdout) as { readonly scenarios: readonly [Told & { readonly name: string }] };
  return { code, told: scenarios[0], dir: path.join(out, scenarios[0].name) };
}

/** Refunds a dollar of one charge as often as it is told, whatever it is answered; says each answer's status. */
export const REFUNDER = `
const { PAYMENTS_URL, INTERLOCK_TOKEN, INTERLOCK_IDS, INTERLOCK_TASK } = process.env;
const { charge: [charge] } = JSON.parse(INTERLOCK_IDS);
console.log('does ' + INTERLOCK_TASK);
for (let times = Number(process.argv[2] ?? 2); times > 0; times -= 1) {
  const sent = fetch(PAYMENTS_URL + '/v1/refunds', {
    method: 'POST',
    headers: { authorization: 'Bearer ' + INTERLOCK_TOKEN, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ charge, amount: '100' }).toString(),
  });
  console.log(await sent.then(({ status }) => 'answer ' + status, () => 'no answer'));
}
`;

/** A policy of one's own, in front of the shipped payments world. */
export const ownPolicy = (rules: string, never = '{ effect: create_refund, morePer: subject, than: 1 }'): string => `
version: 1
upstreams:
  payments: { url: https://api.stripe.com, credential: { env: STRIPE_SECRET_KEY, as: bearer }, mock: payments }
routes:
  create_refund:
    match: POST /v1/refunds
    upstream: payments
    effect: money
    subject: "charge:{body.charge}"
    amount: { minor: body.amount, currency: USD }
agents:
  refunds-bot:
    stage: sandbox
    allow: [create_refund]
    ${rules}
never: [${never}]
`;

export const ONCE = 'once: [{ route: create_refund, per: subject }]';
