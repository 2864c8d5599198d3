import Table from 'cli-table3';
import type { Spread } from '../statistics.ts';
import type { WarehouseFigures } from '../warehouse.ts';

const one = (value: number): string => value.toFixed(1);
const whole = (value: number): string => Math.round(value).toLocaleString('en');
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`;

function shown({ median, min, max }: Spread, format: (value: number) => string): string {
  return `${format(median)} (${format(min)}–${format(max)})`;
}

export function warehouseTables(figures: WarehouseFigures): string {
  const { records, evidenceBytes, segments, generateMs, sealMs, sealedPerSecond, warehouseBytes, sqlite, load } =
    figures;
  const head = [
    `${whole(records)} records, ${gigabytes(evidenceBytes)} in ${segments} segments${generateMs === null ? '' : `, generated in ${seconds(generateMs)}`}`,
    `sealed in ${seconds(sealMs)}: ${whole(sealedPerSecond)} records/s, checked against the chain; ${gigabytes(warehouseBytes)} beside the evidence`,
    `SQLite: loaded and indexed in ${seconds(sqlite.loadMs)}, ${gigabytes(sqlite.bytes)}`,
    `load of the machine meanwhile: ${load.map(one).join(', ')}`,
  ];
  return [head.join('\n'), lookupTable(figures), queryTable(figures), peerTable(figures)].join('\n\n');
}

export function lookupTable({ lookups }: Pick<WarehouseFigures, 'lookups'>): string {
  const table = new Table({ head: ['find and read', 'times', 'p50 ms', 'p95 ms', 'max ms'] });
  for (const { what, times, p50Ms, p95Ms, maxMs } of lookups)
    table.push([what, times, one(p50Ms), one(p95Ms), one(maxMs)]);
  return table.toString();
}

export function queryTable({ queries }: Pick<WarehouseFigures, 'queries'>): string {
  const table = new Table({ head: ['named query', 'rows', 'ms: median (min–max)', 'first, ms'] });
  for (const { query, rows, ms, firstMs } of queries) table.push([query, rows, shown(ms, whole), whole(firstMs)]);
  return table.toString();
}

function peerTable({ peers }: WarehouseFigures): string {
  const table = new Table({ head: ['peer', 'task', 'ms: median (min–max)', '× ours', 'on'] });
  for (const { peer, task, ms, ratio, share } of peers)
    table.push([
      peer,
      task,
      shown(ms, one),
      shown(ratio, one),
      share === 1 ? 'all of it' : `${(share * 100).toFixed(0)} %, reckoned up`,
    ]);
  return table.toString();
}
