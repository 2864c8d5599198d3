import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Table from 'cli-table3';
import { spread, type Spread } from '../statistics.ts';
import { segmentFilesOf } from '../warehouse/segments.ts';
import { sealedJournalIn, thresholdText } from './sealed.ts';

export interface BesideOptions {
  /** Of the journal: half of them are calls. */
  readonly records: number;
  readonly rounds: number;
  readonly sqlite: boolean;
  /** Where the journal goes, and stays for another time; absent: it is made, and removed. */
  readonly dir?: string;
}

/** One question of one recording, by replay and by what people would type without it; whole processes. */
export interface BesideFigures {
  readonly records: number;
  readonly calls: number;
  readonly evidenceBytes: number;
  /** Of the machine before and after. */
  readonly load: readonly [before: number, after: number];
  /** What all of them found: refunds that went through, of more than the candidate allows. */
  readonly found: Found;
  readonly processes: readonly ProcessFigures[];
  /** To load what SQLite asks; `null`: it was left out. */
  readonly sqliteLoad: { readonly wallMs: number; readonly cpuMs: number; readonly bytes: number } | null;
}

interface ProcessFigures {
  readonly what: string;
  readonly wallMs: Spread;
  readonly cpuMs: Spread;
  /** Calls a second of processor time. */
  readonly perSecond: Spread;
}

interface Found {
  readonly calls: number;
  readonly micros: number;
}

const BIN = path.join(import.meta.dirname, '../../bin/interlock.js');
/** 300 USD, as the candidate has it. */
const MOST_MICROS = 300_000_000;

/** @throws if any of them finds something else: a benchmark of another question would be none */
export async function benchReplayBeside({
  records,
  rounds,
  sqlite,
  dir: given,
}: BesideOptions): Promise<BesideFigures> {
  const dir = given ?? fs.mkdtempSync(path.join(os.tmpdir(), 'replay-beside-'));
  try {
    const data = await sealedJournalIn(dir, records);
    const candidate = path.join(dir, 'threshold.yaml');
    fs.writeFileSync(candidate, thresholdText());
    const files = segmentFilesOf(data);
    const database = path.join(dir, 'replay.sqlite');
    const load = sqlite ? loaded(database, data) : null;
    const node = (script: string, ...words: readonly string[]): readonly string[] => [
      process.execPath,
      '-e',
      script,
      ...words,
    ];
    const kinds: readonly Kind[] = [
      {
        what: 'interlock replay',
        command: [process.execPath, BIN, 'replay', '-p', candidate, '--data', data, '--json'],
        reads: replayed,
      },
      {
        what: 'grep -c of refunds, no amounts',
        command: ['grep', '-hc', '"route":"create_refund"', ...files],
        reads: null,
      },
      { what: 'node, JSON.parse in a loop', command: node(LOOP, data, String(MOST_MICROS)), reads: asFound },
      ...(sqlite
        ? [
            {
              what: 'node:sqlite, loaded and indexed before',
              command: node(ASK, database, String(MOST_MICROS)),
              reads: asFound,
            },
          ]
        : []),
    ];
    const before = os.loadavg()[0] as number;
    const took = kinds.map((): Took[] => []);
    for (let round = 0; round < rounds; round += 1)
      for (const [index, { command }] of kinds.entries()) took[index]?.push(timed(command));
    const found = agreed(kinds, took);
    const calls = (JSON.parse(took[0]?.[0]?.stdout ?? '{}') as { recorded: { calls: number } }).recorded.calls;
    return {
      records,
      calls,
      evidenceBytes: files.reduce((sum, file) => sum + fs.statSync(file).size, 0),
      load: [before, os.loadavg()[0] as number],
      found,
      processes: kinds.map(({ what }, index) => figuresOf(what, calls, took[index] ?? [])),
      sqliteLoad: load,
    };
  } finally {
    if (given === undefined) fs.rmSync(dir, { recursive: true, force: true });
  }
}

interface Kind {
  readonly what: string;
  readonly command: readonly string[];
  /** What it printed; `null`: it cannot answer the whole question. */
  readonly reads: ((stdout: string) => Found) | null;
}

interface Took {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly stdout: string;
}

function replayed(stdout: string): Found {
  type Report = {
    candidates: readonly {
      how: { judge: string; bodiesRead: number };
      changes: { blocked: { calls: number; money: Record<string, string> } };
    }[];
  };
  const [candidate] = (JSON.parse(stdout) as Report).candidates;
  if (candidate?.how.judge !== 'columns' || candidate.how.bodiesRead > 0)
    throw new Error(`it is not judged in columns: ${JSON.stringify(candidate?.how)}`);
  const { calls, money } = candidate.changes.blocked;
  return { calls, micros: Number(money['USD'] ?? 0) };
}

const asFound = (stdout: string): Found => JSON.parse(stdout) as Found;

function agreed(kinds: readonly Kind[], took: readonly (readonly Took[])[]): Found {
  const all = kinds.flatMap(({ what, reads }, index) => {
    const stdout = took[index]?.[0]?.stdout;
    return reads === null || stdout === undefined ? [] : [{ what, ...reads(stdout) }];
  });
  const [first] = all;
  if (first === undefined || first.calls === 0) throw new Error('nothing is over the threshold');
  const other = all.find(
    ({ calls, micros }) => calls !== first.calls || Math.round(micros) !== Math.round(first.micros),
  );
  if (other !== undefined) throw new Error(`they differ: ${JSON.stringify([first, other])}`);
  return { calls: first.calls, micros: first.micros };
}

function figuresOf(what: string, calls: number, took: readonly Took[]): ProcessFigures {
  return {
    what,
    wallMs: spread(took.map(({ wallMs }) => wallMs)),
    cpuMs: spread(took.map(({ cpuMs }) => cpuMs)),
    perSecond: spread(took.map(({ cpuMs }) => calls / (cpuMs / 1_000))),
  };
}

/** A whole process, by the shell's own `time`. */
function timed(command: readonly string[]): Took {
  const script = 'TIMEFORMAT="%3R %3U %3S"; { time "$@" 2>/dev/null 3>&-; } 2>&3';
  const { stdout, output } = spawnSync('bash', ['-c', script, 'bash', ...command], {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  });
  const [wall = 0, user = 0, system = 0] = String(output[3]).trim().split(' ').map(Number);
  if (!(wall > 0)) throw new Error(`Failed to time \`${command[0]}\`: ${String(output[3])}`);
  return { wallMs: wall * 1_000, cpuMs: (user + system) * 1_000, stdout };
}

function loaded(database: string, data: string): BesideFigures['sqliteLoad'] {
  const took = fs.existsSync(database)
    ? { wallMs: 0, cpuMs: 0 }
    : timed([process.execPath, '-e', LOAD, database, data]);
  return { wallMs: took.wallMs, cpuMs: took.cpuMs, bytes: fs.statSync(database).size };
}

const LINES = `
const fs = require('node:fs'); const path = require('node:path');
function* recordsIn(dir) {
  for (const name of fs.readdirSync(path.join(dir, 'segments')).sort()) {
    const bytes = fs.readFileSync(path.join(dir, 'segments', name));
    for (let start = 0; start < bytes.length;) {
      const end = bytes.indexOf(10, start); yield JSON.parse(bytes.toString('utf8', start, end)); start = end + 1;
    }
  }
}`;

const LOOP = `${LINES}
const [, dir, most] = process.argv; let calls = 0; let micros = 0;
for (const record of recordsIn(dir)) {
  if (record.kind !== 'call' || record.route !== 'create_refund' || record.verdict !== 'allow') continue;
  const amount = Number(record.facts.amount?.micros ?? 0);
  if (amount > Number(most)) { calls += 1; micros += amount; }
}
console.log(JSON.stringify({ calls, micros }));`;

const LOAD = `${LINES}
const { DatabaseSync } = require('node:sqlite'); const [, file, dir] = process.argv; const db = new DatabaseSync(file);
db.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; CREATE TABLE calls (route TEXT, verdict TEXT, micros INTEGER); BEGIN');
const insert = db.prepare('INSERT INTO calls VALUES (?, ?, ?)');
for (const record of recordsIn(dir)) {
  if (record.kind !== 'call') continue;
  const micros = record.facts.amount?.micros;
  insert.run(record.route, record.verdict, micros === undefined ? null : BigInt(micros));
}
db.exec('COMMIT; CREATE INDEX by_amount ON calls (route, verdict, micros)'); db.close();`;

const ASK = `
const { DatabaseSync } = require('node:sqlite'); const [, file, most] = process.argv;
const ask = new DatabaseSync(file, { readOnly: true }).prepare(
  "SELECT count(*) AS calls, sum(micros) AS micros FROM calls WHERE route = 'create_refund' AND verdict = 'allow' AND micros > ?");
console.log(JSON.stringify(ask.get(Number(most))));`;

export function besideTable({ calls, records, processes, sqliteLoad }: BesideFigures): string {
  const table = new Table({
    head: [`${calls} calls, ${records} records`, 'seconds', 'of a processor', 'calls/s of a core'],
  });
  const seconds = ({ median, min, max }: Spread): string =>
    [median, min, max]
      .map((ms) => (ms / 1_000).toFixed(2))
      .join(' (')
      .replace(/ \((?=[^(]*$)/, '–') + ')';
  for (const { what, wallMs, cpuMs, perSecond } of processes)
    table.push([what, seconds(wallMs), seconds(cpuMs), Math.round(perSecond.median).toLocaleString('en-US')]);
  if (sqliteLoad !== null)
    table.push([
      'node:sqlite, loading it',
      (sqliteLoad.wallMs / 1_000).toFixed(1),
      (sqliteLoad.cpuMs / 1_000).toFixed(1),
      '',
    ]);
  return table.toString();
}
