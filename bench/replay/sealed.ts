import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { replay, type ReplayReport } from '../../src/replay/index.ts';
import { seal } from '../../src/warehouse/index.ts';
import type { ReplayFigures } from '../replay.ts';
import { spread, type Spread } from '../statistics.ts';
import { generateJournal } from '../warehouse/generator.ts';
import { loaded } from './made-tape.ts';

/** A replay of a data directory whose closed segments are sealed, and the same of its lines alone. */
export interface SealedFigures {
  readonly calls: number;
  /** Of them, in sealed columns. */
  readonly sealed: number;
  readonly evidenceBytes: number;
  readonly tapeBytes: number;
  /** From the files to the report, in a process that runs already; calls a second of processor time. */
  readonly perSecond: Spread;
  /** Of that, from the files to columns in memory, as calls a second. */
  readonly readPerSecond: Spread;
  /** `interlock replay`, from its start to its end. */
  readonly command: ProcessFigures;
  /** The same with nothing sealed: once. */
  readonly commandByLines: ProcessFigures;
}

export interface ProcessFigures {
  readonly wallMs: Spread;
  readonly cpuMs: Spread;
  /** The most memory that it held. */
  readonly residentBytes: number;
}

export function sealedRow({ calls, perSecond }: SealedFigures): ReplayFigures {
  return {
    what: 'replay, the command’s own reading: sealed columns to verdicts',
    calls,
    perSecond,
    timesPlainLoop: null,
  };
}

export function sealedText({
  command,
  commandByLines,
  sealed,
  calls,
  tapeBytes,
  evidenceBytes,
}: SealedFigures): string {
  const told = ({ wallMs, cpuMs, residentBytes }: ProcessFigures): string =>
    `${(wallMs.median / 1_000).toFixed(1)} s, ${(cpuMs.median / 1_000).toFixed(1)} s of processor time, ${Math.round(residentBytes / 1e6)} MB`;
  return [
    `interlock replay over ${calls} calls, ${sealed} of them sealed: ${told(command)}`,
    `  from the lines alone: ${told(commandByLines)}`,
    `  tapes: ${Math.round(tapeBytes / 1e6)} MB beside ${Math.round(evidenceBytes / 1e6)} MB of evidence`,
  ].join('\n');
}

const AGENTS = Array.from({ length: 40 }, (_, agent) => `refunds-${agent}`);
/** A call and its outcome, nearly always. */
const RECORDS_A_CALL = 1.96;

/** The policy of the generated journal; @param strict a candidate that changes one call in some */
function policyText(strict: boolean): string {
  return textWith(
    strict ? 30_000 : 50_000,
    `
    rates: [{ route: create_refund, max: ${strict ? 40 : 1_000}, per: 1h }]
    budgets: [{ max: ${strict ? 200_000 : 2_000_000} USD, per: day, timezone: UTC }]
    once: [{ route: create_refund, per: subject }]
    collar: [{ route: create_refund, max: 450 USD }]`,
  );
}

/** A candidate that asks one question alone: which refunds of more than 300 USD went through. */
export function thresholdText(): string {
  return textWith(30_000, '');
}

function textWith(mostCents: number, rules: string): string {
  const agent = (id: string): string => `
  ${id}:
    stage: production
    allow: [get_charge, get_customer, list_charges, get_order, update_order, send_letter, { route: create_refund, when: "body.amount <= ${mostCents}" }]${rules}`;
  return `version: 1
upstreams:
  payments: { url: "http://127.0.0.1:1", network: loopback, credential: { env: KEY, as: bearer } }
  shop: { url: "http://127.0.0.1:2", network: loopback, credential: { env: KEY, as: bearer } }
routes:
  get_charge: { match: "GET /v1/charges/{id}", upstream: payments, effect: read, subject: "charge:{id}" }
  get_customer: { match: "GET /v1/customers/{id}", upstream: payments, effect: read, subject: "customer:{id}" }
  list_charges: { match: "GET /v1/charges", upstream: payments, effect: read }
  get_order: { match: "GET /v1/orders/{id}", upstream: shop, effect: read, subject: "order:{id}" }
  create_refund: { match: POST /v1/create_refund, upstream: payments, effect: money, subject: "charge:{body.charge}", amount: { minor: body.amount, currency: USD } }
  update_order: { match: POST /v1/update_order, upstream: shop, effect: write, subject: "order:{body.metadata.order}" }
  send_letter: { match: POST /v1/send_letter, upstream: payments, effect: write, subject: "customer:{body.metadata.customer}" }
agents:${AGENTS.map(agent).join('')}
`;
}

/** @param given where the journal goes, and stays; else it is made anew and removed */
export async function benchSealedReplay(rounds: number, calls: number, given?: string): Promise<SealedFigures> {
  const dir = given ?? fs.mkdtempSync(path.join(os.tmpdir(), 'replay-bench-'));
  try {
    const data = await sealedJournalIn(dir, Math.ceil(calls * RECORDS_A_CALL));
    const candidate = path.join(dir, 'candidate.yaml');
    fs.writeFileSync(candidate, policyText(true));
    const report = folded(data);
    const bytesIn = (directory: string): number =>
      fs.readdirSync(directory).reduce((sum, name) => sum + fs.statSync(path.join(directory, name)).size, 0);
    const figures = {
      calls: report.recorded.calls,
      sealed: report.candidates[0]?.how.read[0]?.columns ?? 0,
      evidenceBytes: bytesIn(path.join(data, 'segments')),
      tapeBytes: bytesIn(path.join(data, 'warehouse/tapes')),
    };
    const perSecond = inProcess(rounds, figures.calls, () => folded(data));
    const readPerSecond = inProcess(rounds, figures.calls, () => replay([{ name: 'bench', journal: data }], []));
    const command = processes(rounds, data, candidate);
    fs.renameSync(path.join(data, 'warehouse'), path.join(dir, 'aside'));
    const commandByLines = processes(1, data, candidate);
    fs.renameSync(path.join(dir, 'aside'), path.join(data, 'warehouse'));
    return { ...figures, perSecond, readPerSecond, command, commandByLines };
  } finally {
    if (given === undefined) fs.rmSync(dir, { recursive: true, force: true });
  }
}

/** A generated journal under the policy, its closed segments sealed; what stands there is taken as it is. Gives its directory. */
export async function sealedJournalIn(dir: string, records: number): Promise<string> {
  const { digest, file, text } = loaded(policyText(false));
  const data = path.join(dir, 'data');
  if (!fs.existsSync(data)) generateJournal(data, records, 1, { digest, file, text });
  await seal({ dir: data, now: () => Date.now() });
  return data;
}

/** A benchmark of something else would be none: it is judged in columns, and something changes. */
function folded(journal: string): ReplayReport {
  const report = replay([{ name: 'bench', journal }], [loaded(policyText(true))]);
  if (!report.ok) throw new Error(report.failure);
  const [diff] = report.value.candidates;
  const { calls } = report.value.recorded;
  const blocked = diff?.changes.blocked.calls ?? 0;
  if (diff?.how.judge !== 'columns' || diff.how.bodiesRead > 0 || blocked === 0 || blocked === calls)
    throw new Error(
      `the benchmark judges nothing, or not in columns: ${JSON.stringify(diff?.how)}, ${blocked} blocked`,
    );
  return report.value;
}

function inProcess(rounds: number, calls: number, run: () => unknown): Spread {
  const figures: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const started = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(started);
    figures.push(calls / ((user + system) / 1_000_000));
  }
  return spread(figures);
}

const BIN = path.join(import.meta.dirname, '../../bin/interlock.js');

/** Whole processes, by the shell's `time` and what the kernel says of the most memory. */
function processes(rounds: number, data: string, candidate: string): ProcessFigures {
  const took = Array.from({ length: rounds }, () => {
    const script = 'TIMEFORMAT="%3R %3U %3S"; { time "$@" >/dev/null 2>/dev/null; } 2>&1';
    const inner = `${JSON.stringify(process.execPath)} "$@"`;
    const { stdout } = spawnSync(
      'bash',
      ['-c', script, 'bash', 'bash', '-c', inner, 'bash', BIN, 'replay', '-p', candidate, '--data', data, '--json'],
      { encoding: 'utf8' },
    );
    const [wall = 0, user = 0, system = 0] = stdout.trim().split(' ').map(Number);
    if (!(wall > 0)) throw new Error(`Failed to time \`interlock replay\`: ${stdout}`);
    return { wallMs: wall * 1_000, cpuMs: (user + system) * 1_000 };
  });
  return {
    wallMs: spread(took.map(({ wallMs }) => wallMs)),
    cpuMs: spread(took.map(({ cpuMs }) => cpuMs)),
    residentBytes: residentOf(data, candidate),
  };
}

/** In a process that says it of itself. */
function residentOf(data: string, candidate: string): number {
  const args = ['replay', '-p', candidate, '--data', data, '--json'];
  const script = `process.on('exit', () => process.stderr.write('\\n' + process.resourceUsage().maxRSS + '\\n')); process.argv = [process.argv[0], ${JSON.stringify(BIN)}, ...${JSON.stringify(args)}]; await import(${JSON.stringify(BIN)});`;
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  return Number(stderr.trim().split('\n').at(-1)) * 1_024;
}
