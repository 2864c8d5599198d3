import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import Table from 'cli-table3';
import { seal } from '../src/warehouse/index.ts';
import { generateJournal, type Generated, type Sample } from './warehouse/generator.ts';
import { figuresOf, type LookupFigures } from './warehouse/lookups.ts';
import { segmentFilesOf } from './warehouse/segments.ts';

export interface WhyOptions {
  readonly records: number;
  /** Processes of each kind. */
  readonly times: number;
  /** Whether SQLite stands beside it. */
  readonly sqlite: boolean;
  /** A generated journal, sealed, as `--only warehouse --dir` leaves it; absent: one is made, and removed. */
  readonly dir?: string;
}

export interface WhyFigures {
  readonly records: number;
  readonly evidenceBytes: number;
  /** Of the machine before and after: other work makes every figure worse, and processor time little. */
  readonly load: readonly [before: number, after: number];
  readonly processes: readonly LookupFigures[];
  /** User and system time of one process, which other work hardly changes: its wall time on a machine with nothing else to do. */
  readonly processor: readonly { readonly what: string; readonly p50Ms: number; readonly p95Ms: number }[];
}

const BIN = path.join(import.meta.dirname, '../bin/interlock.js');
const FIELDS = ['call', 'charge', 'customer', 'session'] as const;
/** What reads everything takes seconds; a few times say enough. */
const SCANS = 3;

/** Whole processes from typing to the last byte: `interlock why` beside what people would type without it. */
export async function benchWhy({ records, times, sqlite, dir: given }: WhyOptions): Promise<WhyFigures> {
  const dir = given ?? fs.mkdtempSync(path.join(os.tmpdir(), 'why-bench-'));
  try {
    const generated = await journalIn(dir, records);
    const samples = spreadOver(generated.samples, times);
    const before = os.loadavg()[0] as number;
    const kinds: readonly Kind[] = [
      { what: 'node, doing nothing', run: () => timed(process.execPath, ['-e', '0']) },
      ...FIELDS.map((field) => ({
        what: `interlock why, by ${field}`,
        run: (sample: Sample) => timed(process.execPath, [BIN, 'why', asked(sample, field), '--data', dir]),
      })),
    ];
    const processes = alternated(kinds, samples);
    const scans = samples.slice(0, SCANS);
    const files = segmentFilesOf(dir);
    const peers: readonly Kind[] = [
      { what: 'grep -F, by call', run: ({ call }) => timed('grep', ['-hF', call, ...files]) },
      { what: 'grep -F, by customer', run: ({ customer }) => timed('grep', ['-hF', customer, ...files]) },
      {
        what: 'grep -F | jq, by customer',
        run: ({ customer }) => timed('sh', ['-c', 'grep -hF "$1" "$2"/segments/* | jq -c .', 'sh', customer, dir]),
      },
    ];
    const figures = [
      ...processes,
      ...alternated([...peers, scan(dir)], scans),
      ...(sqlite ? sqliteProcesses(dir, samples) : []),
    ];
    return {
      records: generated.records,
      evidenceBytes: generated.bytes,
      load: [before, os.loadavg()[0] as number],
      processes: figures.map(({ what, took }) =>
        figuresOf(
          what,
          took.map(({ wallMs }) => wallMs),
        ),
      ),
      processor: figures.map(({ what, took }) => {
        const { p50Ms, p95Ms } = figuresOf(
          what,
          took.map(({ cpuMs }) => cpuMs),
        );
        return { what, p50Ms, p95Ms };
      }),
    };
  } finally {
    if (given === undefined) fs.rmSync(dir, { recursive: true, force: true });
  }
}

interface Kind {
  readonly what: string;
  readonly run: (sample: Sample) => Took;
}

interface Took {
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** One of each kind in turn, so that whatever else the machine does is everybody's. */
function alternated(
  kinds: readonly Kind[],
  samples: readonly Sample[],
): readonly { readonly what: string; readonly took: readonly Took[] }[] {
  const took = kinds.map(({ what }) => ({ what, took: [] as Took[] }));
  for (const sample of samples) for (const [index, { run }] of kinds.entries()) took[index]!.took.push(run(sample));
  return took;
}

function asked(sample: Sample, field: (typeof FIELDS)[number]): string {
  return field === 'session' ? `session:${sample.session}` : sample[field];
}

/** Wall and processor time of one process, as the shell's own `time` has it. */
function timed(command: string, words: readonly string[]): Took {
  const script = 'TIMEFORMAT="%3R %3U %3S"; { time "$@" >/dev/null 2>/dev/null; } 2>&1';
  const began = performance.now();
  const { stdout } = spawnSync('bash', ['-c', script, 'bash', command, ...words], { encoding: 'utf8' });
  const wallMs = performance.now() - began;
  const [real = 0, user = 0, system = 0] = stdout.trim().split(' ').map(Number);
  if (!Number.isFinite(real + user + system)) throw new Error(`Failed to time \`${command}\`: ${stdout}`);
  return { wallMs: Math.min(wallMs, real * 1_000), cpuMs: (user + system) * 1_000 };
}

/** Every line parsed, and those of one call kept: what somebody writes who has neither an index nor grep. */
function scan(dir: string): Kind {
  return {
    what: 'node, JSON.parse of every line, by call',
    run: ({ call }) => timed(process.execPath, ['-e', NODE_SCAN, dir, call]),
  };
}

const NODE_SCAN = `
const fs = require('node:fs'); const path = require('node:path'); const [, dir, call] = process.argv; const kept = [];
for (const name of fs.readdirSync(path.join(dir, 'segments'))) {
  const bytes = fs.readFileSync(path.join(dir, 'segments', name));
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(10, start); const record = JSON.parse(bytes.toString('utf8', start, end)); start = end + 1;
    if (record.call === call) kept.push(record);
  }
}
console.log(JSON.stringify(kept));`;

/** The same point look-up by SQLite, in a process of its own: its records and an index of calls, nothing of lineage. */
function sqliteProcesses(
  dir: string,
  samples: readonly Sample[],
): readonly { readonly what: string; readonly took: readonly Took[] }[] {
  const file = path.join(dir, 'why.sqlite');
  const run = (script: string, ...words: readonly string[]): Took =>
    timed(process.execPath, ['-e', script, file, ...words]);
  if (!fs.existsSync(file)) run(SQLITE_LOAD, dir);
  const took = samples.map(({ call }) => run(SQLITE_LOOK, call));
  return [{ what: 'node:sqlite, records of a call, no story', took }];
}

const SQLITE_LOAD = `
const { DatabaseSync } = require('node:sqlite'); const fs = require('node:fs'); const path = require('node:path');
const [, file, dir] = process.argv; const db = new DatabaseSync(file);
db.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; CREATE TABLE records (call TEXT, json TEXT); BEGIN');
const insert = db.prepare('INSERT INTO records VALUES (?, ?)');
for (const name of fs.readdirSync(path.join(dir, 'segments'))) {
  const bytes = fs.readFileSync(path.join(dir, 'segments', name));
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(10, start); const line = bytes.toString('utf8', start, end); start = end + 1;
    insert.run(/"call":"([^"]+)"/.exec(line)?.[1] ?? null, line);
  }
}
db.exec('COMMIT; CREATE INDEX by_call ON records (call)'); db.close();`;

const SQLITE_LOOK = `
const { DatabaseSync } = require('node:sqlite'); const [, file, call] = process.argv;
const rows = new DatabaseSync(file, { readOnly: true }).prepare('SELECT json FROM records WHERE call = ?').all(call);
console.log(rows.map(({ json }) => JSON.parse(json)).length);`;

async function journalIn(dir: string, records: number): Promise<Generated> {
  const noted = path.join(dir, 'generated.json');
  if (fs.existsSync(noted)) return JSON.parse(fs.readFileSync(noted, 'utf8')) as Generated;
  const generated = generateJournal(dir, records);
  fs.writeFileSync(noted, JSON.stringify(generated));
  await seal({ dir, now: () => Date.now() });
  return generated;
}

/** From the whole journal, not from its beginning. */
function spreadOver(samples: readonly Sample[], count: number): readonly Sample[] {
  const step = Math.max(1, Math.floor(samples.length / count));
  return samples.filter((_, index) => index % step === 0).slice(0, count);
}

export function whyTable({ records, load, processes, processor }: WhyFigures): string {
  const table = new Table({
    head: ['whole process', 'times', 'p50 ms', 'p95 ms', 'max ms', 'processor p50 ms', 'p95 ms'],
  });
  for (const [index, { what, times, p50Ms, p95Ms, maxMs }] of processes.entries()) {
    const cpu = processor[index]!;
    table.push([what, times, ...[p50Ms, p95Ms, maxMs, cpu.p50Ms, cpu.p95Ms].map((ms) => ms.toFixed(0))]);
  }
  return `${records.toLocaleString('en')} records; load of the machine ${load.map((one) => one.toFixed(1)).join(' before, ')} after\n${table.toString()}`;
}
