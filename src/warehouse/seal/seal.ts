import fs from 'node:fs';
import path from 'node:path';
import type { Instant } from '../../std/clock.ts';
import { disk as realDisk, type Disk } from '../../journal/disk.ts';
import { takeLock } from '../../journal/lock.ts';
import { VERSIONS } from '../sql/tables.ts';
import { tailOf, wholeBytes, type TailSegment } from '../tail.ts';
import { demandEvidence } from './evidence.ts';
import { DRAFT_DIRECTORY, WAREHOUSE_DIRECTORY } from './layout.ts';
import { FORMAT, lastGeneration, readManifest, writeManifest, type Manifest, type Part } from './manifest.ts';
import { makeLive, makePart } from './part.ts';
import { mergeFrom, runsOf } from './plan.ts';

export interface SealOptions {
  readonly dir: string;
  readonly now: () => Instant;
  /** Makes everything again, whatever is there. */
  readonly rebuild?: boolean;
  readonly disk?: Disk;
  /** {@link LIVE_STEP_BYTES}, where a test has less. */
  readonly liveStepBytes?: number;
  /** Told of every part once it is readable. */
  readonly onPart?: (part: Part) => void;
}

export interface SealSummary {
  /** Sealed in this run, those made again included. */
  readonly segments: number;
  readonly records: number;
  readonly evidenceBytes: number;
  /** All there is now. */
  readonly parts: number;
  readonly sealedUntil: number;
  readonly warehouseBytes: number;
}

/** Whoever opened a warehouse reads the files that it named then: for so long they stay, although no manifest names them any more. */
export const RETIRED_MS = 15 * 60_000;
/** What a disk must have left beyond what sealing may take: more than the door's own reserve, which is not for us. */
export const FREE_BYTES_MIN = 512 * 1024 * 1024;

/** So much may be written to a segment before it is indexed again: a look-up searches that much in a millisecond or two. */
export const LIVE_STEP_BYTES = 4 * 1024 * 1024;

/** Nothing is sealed, and why. */
export class SealFailed extends Error {
  override readonly name = 'SealFailed';
}

/**
 * Seals what is closed: every segment but the last one that has anything in it, which a door may be writing to.
 *
 * The evidence is read and never written. At every moment, also after a kill, the manifest names files that are whole and
 * durable, and everything that it does not name yet is read from the segments.
 *
 * @throws JournalDamaged with the byte; JournalLocked while another process seals; SealFailed
 */
export async function seal(options: SealOptions): Promise<SealSummary> {
  const { dir, disk = realDisk } = options;
  const warehouse = path.join(dir, WAREHOUSE_DIRECTORY);
  disk.makeDirectory(warehouse);
  const lock = takeLock(warehouse, 0);
  try {
    return await new Sealing(options, disk).run();
  } finally {
    lock.release();
  }
}

class Sealing {
  readonly #options: SealOptions;
  readonly #disk: Disk;
  readonly #warehouse: string;
  #manifest: Manifest;
  /** While everything is made again, what was there before stays in force until all of it is done. */
  readonly #atOnce: boolean;
  #segments = 0;
  #records = 0;
  #evidenceBytes = 0;

  constructor(options: SealOptions, disk: Disk) {
    const { dir, rebuild = false } = options;
    this.#options = options;
    this.#disk = disk;
    this.#warehouse = path.join(dir, WAREHOUSE_DIRECTORY);
    const before = readManifest(dir, VERSIONS, disk);
    this.#atOnce = rebuild && before !== undefined;
    const fresh = { format: FORMAT, versions: VERSIONS, parts: [] } as const;
    const generation = lastGeneration(dir, disk);
    this.#manifest =
      before === undefined
        ? { ...fresh, generation, retired: [] }
        : rebuild
          ? {
              ...fresh,
              generation,
              retired: this.#retiring(before, [...before.parts, ...(before.live === undefined ? [] : [before.live])]),
            }
          : before;
  }

  async run(): Promise<SealSummary> {
    const { dir } = this.#options;
    demandEvidence(dir, this.#manifest.parts, this.#disk);
    this.#sweep();
    const { parts } = this.#manifest;
    const tail = tailOf(dir, (parts.at(-1)?.lastSeq ?? 0) + 1, this.#disk);
    for (const run of runsOf(tail.slice(0, -1))) await this.#seal(run, this.#manifest.parts.length);
    await this.#merge();
    this.#indexLive();
    if (this.#atOnce) writeManifest(dir, this.#manifest, this.#disk);
    this.#sweep();
    return this.#summary();
  }

  /** Parts that are small and many become one, from the evidence again. */
  async #merge(): Promise<void> {
    const { parts } = this.#manifest;
    const from = mergeFrom(parts.map((part) => ({ bytes: bytesOf(part) })));
    if (from === undefined) return;
    const run = parts.slice(from).flatMap(({ segments }) => segments);
    const segments = tailOf(this.#options.dir, parts[from]?.firstSeq ?? 0, this.#disk).slice(0, run.length);
    await this.#seal(segments, from);
  }

  /** A look-up would search the segment that is being written to; what stands in it so far is indexed instead. */
  #indexLive(): void {
    const { dir, liveStepBytes = LIVE_STEP_BYTES } = this.#options;
    const { parts, live, retired } = this.#manifest;
    const [segment, ...others] = tailOf(dir, (parts.at(-1)?.lastSeq ?? 0) + 1, this.#disk);
    const whole = segment === undefined ? undefined : wholeBytes(segment, this.#disk);
    if (segment === undefined || whole === undefined || others.length > 0) return;
    const indexed = live?.segments[0]?.name === segment.name ? bytesOf(live) : 0;
    if (whole.bytes - indexed < liveStepBytes) return;
    const generation = this.#manifest.generation + 1;
    const run = [{ ...segment, bytes: whole.bytes }];
    const policy = parts.at(-1)?.policy ?? null;
    const made = makeLive({ dir, run, policy, generation, disk: this.#disk }, whole.seq);
    const old = live === undefined ? [] : [{ file: live.index, at: this.#options.now() }];
    this.#manifest = { ...this.#manifest, generation, live: made, retired: [...retired, ...old] };
    if (!this.#atOnce) writeManifest(dir, this.#manifest, this.#disk);
  }

  /** Makes one part of a run, in place of all from `index` on. */
  async #seal(run: readonly TailSegment[], index: number): Promise<void> {
    const { dir, onPart } = this.#options;
    this.#demandRoom(run);
    const { parts } = this.#manifest;
    const policy = parts[index - 1]?.policy ?? null;
    const generation = this.#manifest.generation + 1;
    const part = await makePart({ dir, run, policy, generation, disk: this.#disk });
    const replaced = parts.slice(index);
    const retired = replaced.length === 0 ? this.#manifest.retired : this.#retiring(this.#manifest, replaced);
    const { live, ...sealed } = this.#manifest;
    const isOver = live !== undefined && live.firstSeq <= part.lastSeq;
    this.#manifest = {
      ...sealed,
      generation,
      parts: [...parts.slice(0, index), part],
      retired: isOver ? [...retired, { file: live.index, at: this.#options.now() }] : retired,
      ...(live !== undefined && !isOver && { live }),
    };
    if (!this.#atOnce) writeManifest(dir, this.#manifest, this.#disk);
    this.#segments += run.length;
    this.#records += part.lastSeq - part.firstSeq + 1;
    this.#evidenceBytes += bytesOf(part);
    onPart?.(part);
  }

  #retiring({ retired }: Manifest, parts: readonly Part[]): Manifest['retired'] {
    const at = this.#options.now();
    return [...retired, ...parts.flatMap(filesOf).map((file) => ({ file, at }))];
  }

  /** Removes what a killed sealer left, and what was retired long enough ago. */
  #sweep(): void {
    const { dir } = this.#options;
    const over = this.#options.now() - RETIRED_MS;
    const retired = this.#manifest.retired.filter(({ at }) => at > over);
    const isShorter = retired.length < this.#manifest.retired.length;
    this.#manifest = { ...this.#manifest, retired };
    if (isShorter && !this.#atOnce) writeManifest(dir, this.#manifest, this.#disk);
    const named = new Set([...allFilesOf(this.#manifest), ...allFilesOf(readManifest(dir, VERSIONS, this.#disk))]);
    fs.rmSync(path.join(this.#warehouse, DRAFT_DIRECTORY), { recursive: true, force: true });
    for (const file of filesIn(this.#warehouse))
      if (!named.has(file)) this.#disk.remove(path.join(this.#warehouse, file));
  }

  #demandRoom(run: readonly TailSegment[]): void {
    const { dir } = this.#options;
    const needed = run.reduce((sum, { bytes }) => sum + bytes, 0) + FREE_BYTES_MIN;
    const free = this.#disk.free?.(dir) ?? Infinity;
    if (free >= needed) return;
    throw new SealFailed(
      `Failed to seal \`${dir}\`: its disk has ${megabytes(free)} left, and sealing may take ${megabytes(needed)}. The door needs that room more; make some first.`,
    );
  }

  #summary(): SealSummary {
    const { parts } = this.#manifest;
    return {
      segments: this.#segments,
      records: this.#records,
      evidenceBytes: this.#evidenceBytes,
      parts: parts.length,
      sealedUntil: parts.at(-1)?.lastSeq ?? 0,
      warehouseBytes: parts
        .flatMap(filesOf)
        .reduce((sum, file) => sum + (this.#disk.size(path.join(this.#warehouse, file)) ?? 0), 0),
    };
  }
}

const bytesOf = ({ segments }: Part): number => segments.reduce((sum, { bytes }) => sum + bytes, 0);

function filesOf({ tables, index, tape }: Part): readonly string[] {
  return [...Object.values(tables).flat(), index, ...(tape === undefined ? [] : [tape])];
}

/** All files that a manifest names. */
function allFilesOf(manifest: Manifest | undefined): readonly string[] {
  if (manifest === undefined) return [];
  const { parts, live, retired } = manifest;
  return [...parts.flatMap(filesOf), ...(live === undefined ? [] : filesOf(live)), ...retired.map(({ file }) => file)];
}

/** The files of tables, indexes and tapes that are there, from the warehouse's directory. */
function filesIn(warehouse: string): readonly string[] {
  return fs
    .readdirSync(warehouse, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(parquet|index|tape)$/.test(entry.name))
    .map((entry) => path.relative(warehouse, path.join(entry.parentPath, entry.name)));
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 ** 2)} MB`;
