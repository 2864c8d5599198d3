import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { namedQueries, openArchive, openWarehouse, seal, type SealSummary } from '../src/warehouse/index.ts';
import { spread, type Spread } from './statistics.ts';
import { generateJournal, type Generated, type Sample } from './warehouse/generator.ts';
import { lookupTable, queryTable } from './warehouse/tables.ts';
import { coldLookups, warmLookups, whyProcesses, type LookupFigures } from './warehouse/lookups.ts';
import { grepFigures, jqFigures, loopFigures, sqliteFigures, type PeerFigures } from './warehouse/peers.ts';

export interface WarehouseOptions {
  readonly records: number;
  readonly rounds: number;
  /** Makes the whole machine forget what it has read, to look up from a cold disk: needs root, and disturbs others. */
  readonly cold: boolean;
  /** Where the journal goes, and what it is removed from afterwards; a directory that is there already is used and kept. */
  readonly dir?: string;
}

export interface WarehouseFigures {
  readonly records: number;
  readonly evidenceBytes: number;
  readonly segments: number;
  /** Of the machine, over the minute before each part: other work makes every figure worse. */
  readonly load: readonly number[];
  readonly generateMs: number | null;
  readonly sealMs: number;
  readonly sealedPerSecond: number;
  readonly warehouseBytes: number;
  readonly lookups: readonly LookupFigures[];
  readonly queries: readonly {
    readonly query: string;
    readonly rows: number;
    readonly firstMs: number;
    readonly ms: Spread;
  }[];
  readonly peers: readonly {
    readonly peer: string;
    readonly task: string;
    readonly share: number;
    readonly ms: Spread;
    readonly ratio: Spread;
  }[];
  readonly sqlite: { readonly loadMs: number; readonly bytes: number };
}

const WARM = 200;
const COLD = 20;
const WHY = 40;

/** A generated journal, sealed, asked, and the same asked of what people would use without a warehouse. */
export async function benchWarehouse({
  records,
  rounds,
  cold,
  dir: given,
}: WarehouseOptions): Promise<WarehouseFigures> {
  const dir = given ?? fs.mkdtempSync(path.join(os.tmpdir(), 'warehouse-bench-'));
  const load: number[] = [];
  const note = (what: string): void => {
    load.push(os.loadavg()[0] as number);
    console.log(`${new Date().toISOString().slice(11, 19)} ${what} (load ${load.at(-1)?.toFixed(1)})`);
  };
  try {
    note('generate');
    const { generated, generateMs } = generatedIn(dir, records);
    note('seal');
    const { sealed, sealMs } = await sealedIn(dir);
    note('look up');
    const samples = await mentioned(dir, generated.samples);
    const lookups = [
      ...(await warmLookups(dir, samples.slice(0, WARM))),
      ...(cold ? await coldLookups(dir, samples.slice(0, COLD)) : []),
      ...whyProcesses(dir, samples.slice(0, WHY)),
    ];
    console.log(lookupTable({ lookups }));
    note('named queries');
    const queries = await namedFigures(dir, rounds);
    console.log(queryTable({ queries }));
    note('peers');
    const scanned = [grepFigures(dir, samples, rounds), ...jqFigures(dir, 1), loopFigures(dir, Math.min(2, rounds))];
    console.log(JSON.stringify(scanned));
    const sqlite = sqliteFigures(dir, samples.slice(0, WARM), rounds);
    const peers = [...scanned, ...sqlite.figures];
    const oneCall = lookups[0]?.p50Ms ?? 1;
    const spend = queries.find(({ query }) => query === 'spend-by-agent-day')?.ms.median ?? 1;
    note('done');
    return {
      records: generated.records,
      evidenceBytes: generated.bytes,
      segments: generated.segments,
      load,
      generateMs,
      sealMs,
      sealedPerSecond: (sealed.records / sealMs) * 1_000,
      warehouseBytes: sealed.warehouseBytes,
      lookups,
      queries,
      peers: peers.map((peer) => withRatio(peer, peer.task === 'one call' ? oneCall : spend)),
      sqlite: { loadMs: sqlite.loadMs, bytes: sqlite.bytes },
    };
  } finally {
    if (given === undefined) fs.rmSync(dir, { recursive: true, force: true });
  }
}

/** Sealing ten million records takes a while as well: what was noted of it is used again. */
async function sealedIn(dir: string): Promise<{ readonly sealed: SealSummary; readonly sealMs: number }> {
  const noted = path.join(dir, 'sealed.json');
  if (fs.existsSync(noted))
    return JSON.parse(fs.readFileSync(noted, 'utf8')) as { sealed: SealSummary; sealMs: number };
  const began = performance.now();
  const sealed = await seal({ dir, now: () => Date.now(), rebuild: true });
  const done = { sealed, sealMs: performance.now() - began };
  fs.writeFileSync(noted, JSON.stringify(done));
  return done;
}

/** Those of whose session every identifier was used. */
async function mentioned(dir: string, samples: readonly Sample[]): Promise<readonly Sample[]> {
  const archive = openArchive(dir);
  const used: Sample[] = [];
  for (const sample of samples) {
    const found = [await archive.find(sample.charge, { last: 1 }), await archive.find(sample.customer, { last: 1 })];
    if (found.every((places) => places.length > 0)) used.push(sample);
  }
  archive.close();
  return used;
}

/** A journal takes minutes to make: one that is there, with what was noted of it, is used again. */
function generatedIn(
  dir: string,
  records: number,
): { readonly generated: Generated; readonly generateMs: number | null } {
  const noted = path.join(dir, 'generated.json');
  if (fs.existsSync(noted)) {
    const generated = JSON.parse(fs.readFileSync(noted, 'utf8')) as Generated;
    if (generated.records >= records) return { generated, generateMs: null };
  }
  const began = performance.now();
  const generated = generateJournal(dir, records);
  fs.writeFileSync(noted, JSON.stringify(generated));
  return { generated, generateMs: performance.now() - began };
}

async function namedFigures(dir: string, rounds: number): Promise<WarehouseFigures['queries']> {
  const figures: { query: string; rows: number; firstMs: number; ms: Spread }[] = [];
  for (const query of namedQueries()) {
    const warehouse = await openWarehouse(dir);
    let rows = 0;
    const times: number[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      rows = 0;
      const began = performance.now();
      for await (const chunk of warehouse.named(query, {})) rows += chunk.rows.length;
      times.push(performance.now() - began);
    }
    warehouse.close();
    // The first has DuckDB to load, and the tail to read.
    figures.push({ query: query.name, rows, firstMs: times[0] as number, ms: spread(times.slice(1)) });
  }
  return figures;
}

function withRatio({ peer, task, share, ms }: PeerFigures, oursMs: number): WarehouseFigures['peers'][number] {
  return { peer, task, share, ms: spread(ms), ratio: spread(ms.map((one) => one / oursMs)) };
}
