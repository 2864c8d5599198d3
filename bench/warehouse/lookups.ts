import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { openArchive } from '../../src/warehouse/index.ts';
import type { Sample } from './generator.ts';

export interface LookupFigures {
  readonly what: string;
  readonly times: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly maxMs: number;
}

type Field = 'call' | 'charge' | 'customer' | 'session';
const FIELDS: readonly Field[] = ['call', 'charge', 'customer', 'session'];
const BIN = path.join(import.meta.dirname, '../../bin/interlock.js');

/** Finding and reading, in a process that is there: the first look-up of an archive opens its indexes, the others do not. */
export async function warmLookups(dir: string, samples: readonly Sample[]): Promise<readonly LookupFigures[]> {
  const archive = openArchive(dir);
  const figures: LookupFigures[] = [];
  for (const field of FIELDS) {
    const times: number[] = [];
    for (const sample of samples) {
      const began = performance.now();
      const places =
        field === 'session' ? await archive.session(sample.agent, sample.session) : await archive.find(sample[field]);
      const records = await archive.read(places);
      times.push(performance.now() - began);
      if (records.length === 0) throw new Error(`nothing of ${sample[field]} was found`);
    }
    figures.push(figuresOf(`by ${field}, in a running process`, times));
  }
  archive.close();
  return figures;
}

/** The same, each in an archive that is opened for it, after the system forgot every file: with `drop`, which needs root. */
export async function coldLookups(dir: string, samples: readonly Sample[]): Promise<readonly LookupFigures[]> {
  const figures: LookupFigures[] = [];
  for (const field of FIELDS) {
    const times: number[] = [];
    for (const sample of samples) {
      if (!forget()) return [];
      const began = performance.now();
      const archive = openArchive(dir);
      const places =
        field === 'session' ? await archive.session(sample.agent, sample.session) : await archive.find(sample[field]);
      await archive.read(places);
      archive.close();
      times.push(performance.now() - began);
    }
    figures.push(figuresOf(`by ${field}, from a cold disk`, times));
  }
  return figures;
}

/** A whole `interlock why`, from typing it to its last byte. */
export function whyProcesses(dir: string, samples: readonly Sample[]): readonly LookupFigures[] {
  return FIELDS.filter((field) => field !== 'session').map((field) => {
    const times = samples.map((sample) => {
      const began = performance.now();
      const { status, stderr } = spawnSync(process.execPath, [BIN, 'why', sample[field], '--data', dir], {
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(stderr);
      return performance.now() - began;
    });
    return figuresOf(`interlock why, by ${field}, the whole process`, times);
  });
}

export function figuresOf(what: string, times: readonly number[]): LookupFigures {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] as number;
  return { what, times: times.length, p50Ms: at(0.5), p95Ms: at(0.95), maxMs: at(1) };
}

/** Makes the system forget what it has read from disks; `false` where it is not ours to say. */
function forget(): boolean {
  try {
    fs.writeFileSync('/proc/sys/vm/drop_caches', '3');
    return true;
  } catch {
    return false;
  }
}
