import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const CLI = path.join(import.meta.dirname, '../../bin/interlock.js');
/** Every test has a disk of its own to leave behind: `test/faults/full.test.ts` says otherwise. */
const NO_RESERVE = ['--reserve', '0'];
export const UPSTREAM_KEY = 'sk_live_the_only_key';

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one `interlock` command in a process of its own. */
export async function interlock(...args: readonly string[]): Promise<CommandResult> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [CLI, ...args], { encoding: 'utf8' });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

/** A data directory and a policy file, for one door after another. */
export interface Site {
  readonly data: string;
  readonly policy: string;
}

export function site(policyText: string): Site {
  const dir = mkdtempSync(path.join(tmpdir(), 'interlock-test-'));
  const policy = path.join(dir, 'interlock.yaml');
  writeFileSync(policy, policyText);
  return { data: path.join(dir, 'data'), policy };
}

export interface Served {
  readonly door: string;
  readonly control: string;
  readonly upstreams: Readonly<Record<string, string>>;
  readonly child: ChildProcess;
  /** What it has written to stderr so far. */
  readonly stderr: () => string;
  /** Ends it with a signal and waits until it is gone. Gives the exit code; `null` where the signal itself ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** A real `interlock serve` in a process of its own, once it listens. */
export function serve(where: Site, ...more: readonly string[]): Promise<Served> {
  return listening(start(where, more));
}

/** The process of an `interlock serve`, which may not listen yet. `under`: a command in front of it. */
export function start({ data, policy }: Site, more: readonly string[], under: readonly string[] = []): ChildProcess {
  const args = [CLI, 'serve', '--policy', policy, '--data', data, '--port', '0', '--control-port', '0'];
  args.push(...(more.includes('--reserve') ? [] : NO_RESERVE), ...more);
  const [command = '', ...rest] = [...under, process.execPath, ...args];
  return spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, UPSTREAM_KEY } });
}

export async function listening(child: ChildProcess): Promise<Served> {
  const { stdout, stderr: errors } = child;
  if (stdout === null || errors === null) throw new Error('the output of interlock serve is piped');
  let stderr = '';
  errors.on('data', (chunk) => (stderr += String(chunk)));
  const gone = once(child, 'exit');
  const line = once(createInterface({ input: stdout }), 'line') as Promise<[string]>;
  const first = await Promise.race([line, gone.then(() => undefined)]);
  if (first === undefined) throw new Error(`interlock serve ended before it listened:\n${stderr}`);
  const { door, control, upstreams } = JSON.parse(first[0]) as Pick<Served, 'door' | 'control' | 'upstreams'>;
  return {
    door,
    control,
    upstreams,
    child,
    stderr: () => stderr,
    end: async (signal) => {
      child.kill(signal);
      const [code] = (await gone) as [number | null];
      return code;
    },
  };
}

/** A grant's token for an agent, made by the command. */
export async function token({ data, policy }: Site, agent: string, ...more: readonly string[]): Promise<string> {
  const args = ['--policy', policy, '--data', data, '--agent', agent, '--task', 'test', '--quiet'];
  const { code, stdout, stderr } = await interlock('grant', 'create', ...args, ...more);
  if (code !== 0) throw new Error(`interlock grant create failed:\n${stderr}`);
  return stdout.trim();
}

/** A policy over one upstream with a read, a refund of money per charge, and one agent in production, which nobody promoted. */
export function refundsPolicy(upstream: URL | string, agentRules: string, promotion = 'promotion: none'): string {
  return `
version: 1
${promotion}
upstreams:
  payments: { url: "${String(upstream)}", network: loopback, credential: { env: UPSTREAM_KEY, as: bearer }, connections: 512 }
routes:
  get_charge:    { match: "GET /v1/charges/{id}", upstream: payments, effect: read, subject: "charge:{id}" }
  create_refund:
    match: POST /v1/refunds
    upstream: payments
    effect: money
    subject: "charge:{body.charge}"
    amount: { minor: body.amount, currency: body.currency, default: usd }
agents:
  refunds-bot:
    stage: production
    allow: [get_charge, create_refund]
${agentRules.replaceAll(/^/gm, '    ')}
`;
}
