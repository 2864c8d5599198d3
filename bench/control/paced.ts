import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** What a load of a given pace met; see `peers/paced-load.ts`. */
export interface PacedResult {
  readonly requests: number;
  /** What was reached: less than asked for where the machine could not. */
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly statuses: Readonly<Record<string, number>>;
}

export interface PacedLoad {
  readonly url: string;
  readonly perSecond: number;
  readonly forMs: number;
  readonly connections: number;
  readonly tokens: readonly string[];
}

const LOAD = path.join(import.meta.dirname, '../peers/paced-load.ts');

/** Runs a load in a process of its own. Gives its figures once it is over. */
export async function pacedLoad({ url, perSecond, forMs, connections, tokens }: PacedLoad): Promise<PacedResult> {
  const args = [LOAD, url, String(perSecond), String(forMs), String(connections), tokens.join(',')];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  const code = await new Promise((resolve) => child.once('close', resolve));
  const last = lines.at(-1);
  if (code !== 0 || last === undefined || lines.length < 2) throw new Error(`the load ended with ${String(code)}`);
  return JSON.parse(last) as PacedResult;
}

/** Agents at work whose limits this load does not reach, but for one call in a hundred. */
export const LOAD_AGENTS = ['refunds-bot', 'disputes-bot', 'catalogue-bot', 'payouts-bot'] as const;

export const loadPolicy = (upstream: string, more = ''): string => `
version: 1
promotion: none
upstreams:
  payments:
    url: ${upstream}
    network: loopback
    credential: { env: BENCH_KEY, as: bearer }
    connections: 512
routes:
  get_charge: { match: "GET /v1/charges/{id}", upstream: payments, effect: read, subject: "charge:{id}" }
  create_refund:
    match: POST /v1/refunds
    upstream: payments
    effect: money
    subject: "charge:{body.charge}"
    amount: { minor: body.amount, currency: body.currency, default: usd }
agents:
${LOAD_AGENTS.map(
  (agent) => `  ${agent}:
    stage: production
    allow: [get_charge, create_refund]
    collar: [{ route: create_refund, max: 200 USD, currencies: [USD] }]
    rates: [{ max: 1000000, per: 1m }]
    budgets: [{ max: 500000 USD, per: day, timezone: UTC }, { max: 500000 USD, per: 1h }]
    once: [{ route: create_refund, per: subject }]`,
).join('\n')}
${more}`;
