import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Recorded } from '../../src/journal/entry.ts';
import { segmentFilesOf } from './segments.ts';
import type { Sample } from './generator.ts';

export interface PeerFigures {
  readonly peer: string;
  readonly task: string;
  readonly ms: readonly number[];
  /** On a share of the data, and reckoned up; 1: on all of it. */
  readonly share: number;
}

/** Every line that has a call's id in it: what somebody without an index types. */
export function grepFigures(dir: string, samples: readonly Sample[], rounds: number): PeerFigures {
  const ms = samples.slice(0, rounds).map(({ call }) =>
    timed(() => {
      const { stdout } = spawnSync('grep', ['-hF', call, ...segmentFilesOf(dir)], { encoding: 'utf8', maxBuffer: 1e8 });
      if (!stdout.includes(call)) throw new Error('grep found nothing');
    }),
  );
  return { peer: 'grep -F', task: 'one call', ms, share: 1 };
}

const JQ_SPEND =
  'select(.kind == "call" and .facts.amount.micros != null and .verdict == "allow") | [.agent, (.facts.amount.micros | tonumber)]';

/** Money by agent, in jq alone. It is slow enough for a share of the data to do. */
export function jqFigures(dir: string, rounds: number): readonly PeerFigures[] {
  const files = segmentFilesOf(dir);
  const some = files.slice(0, Math.max(1, Math.floor(files.length / 10)));
  const run = (filter: string): number[] =>
    Array.from({ length: rounds }, () =>
      timed(() => {
        const { status } = spawnSync('jq', ['-c', filter, ...some], { stdio: ['ignore', 'ignore', 'inherit'] });
        if (status !== 0) throw new Error('jq failed');
      }),
    );
  const share = bytesOf(some) / bytesOf(files);
  return [{ peer: 'jq', task: 'money by agent', ms: run(JQ_SPEND).map((ms) => ms / share), share }];
}

/** Reading everything and adding up, in a plain loop over lines. */
export function loopFigures(dir: string, rounds: number): PeerFigures {
  const ms = Array.from({ length: rounds }, () =>
    timed(() => {
      const spent = new Map<string, bigint>();
      for (const file of segmentFilesOf(dir)) {
        for (const record of recordsIn(file)) {
          if (record.kind !== 'call' || record.verdict !== 'allow') continue;
          const { amount } = record.facts;
          if (amount === null || 'fault' in amount) continue;
          const key = `${new Date(record.at).toISOString().slice(0, 10)} ${record.agent}`;
          spent.set(key, (spent.get(key) ?? 0n) + BigInt(amount.micros));
        }
      }
      if (spent.size === 0) throw new Error('nothing was spent');
    }),
  );
  return { peer: 'Node, JSON.parse in a loop', task: 'money by agent and day', ms, share: 1 };
}

/** A file is small enough to be held; its lines are not copied before they are parsed. */
function* recordsIn(file: string): Generator<Recorded> {
  const bytes = fs.readFileSync(file);
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(0x0a, start);
    yield JSON.parse(bytes.toString('utf8', start, end)) as Recorded;
    start = end + 1;
  }
}

export interface SqliteFigures {
  readonly loadMs: number;
  readonly bytes: number;
  readonly figures: readonly PeerFigures[];
}

/** SQLite with the tables and indexes that the same questions need. */
export function sqliteFigures(dir: string, samples: readonly Sample[], rounds: number): SqliteFigures {
  const file = path.join(dir, 'peer.sqlite');
  fs.rmSync(file, { force: true });
  const database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000');
  database.exec(
    'CREATE TABLE records (seq INTEGER PRIMARY KEY, at INTEGER, kind TEXT, call TEXT, agent TEXT, session TEXT, subject TEXT, verdict TEXT, micros INTEGER, json TEXT)',
  );
  const insert = database.prepare('INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const loadMs = timed(() => {
    database.exec('BEGIN');
    for (const segment of segmentFilesOf(dir)) load(segment, insert);
    database.exec('COMMIT');
    database.exec(
      'CREATE INDEX by_call ON records (call); CREATE INDEX by_subject ON records (subject); CREATE INDEX by_session ON records (agent, session)',
    );
  });
  const look = database.prepare('SELECT json FROM records WHERE call = ?');
  const lookups = samples.map(({ call }) =>
    timed(() => look.all(call).map((row) => JSON.parse(String(row['json'])) as unknown)),
  );
  const spend = database.prepare(
    "SELECT date(at / 1000, 'unixepoch') AS day, agent, sum(micros) FROM records WHERE kind = 'call' AND verdict = 'allow' AND micros IS NOT NULL GROUP BY day, agent",
  );
  const sums = Array.from({ length: rounds }, () => timed(() => spend.all()));
  database.close();
  const { size: bytes } = fs.statSync(file);
  fs.rmSync(file);
  return {
    loadMs,
    bytes,
    figures: [
      { peer: 'SQLite', task: 'one call', ms: lookups, share: 1 },
      { peer: 'SQLite', task: 'money by agent and day', ms: sums, share: 1 },
    ],
  };
}

function load(segment: string, insert: StatementSync): void {
  for (const record of recordsIn(segment)) {
    const { seq, at, kind } = record;
    const call = 'call' in record && typeof record.call === 'string' ? record.call : null;
    const agent = 'agent' in record ? record.agent : null;
    const session = 'session' in record ? record.session : null;
    const facts = record.kind === 'call' ? record.facts : undefined;
    const micros =
      facts?.amount !== undefined && facts.amount !== null && 'micros' in facts.amount
        ? BigInt(facts.amount.micros)
        : null;
    const verdict = record.kind === 'call' ? record.verdict : null;
    insert.run(seq, at, kind, call, agent, session, facts?.subject ?? null, verdict, micros, JSON.stringify(record));
  }
}

export function timed(work: () => void): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

function bytesOf(files: readonly string[]): number {
  return files.reduce((sum, file) => sum + fs.statSync(file).size, 0);
}
