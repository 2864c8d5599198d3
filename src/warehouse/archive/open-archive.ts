import { GENESIS_HASH } from '../../journal/chain.ts';
import { disk as realDisk, type Disk } from '../../journal/disk.ts';
import type { Recorded } from '../../journal/entry.ts';
import { snapshotOf, type Snapshot } from '../snapshot.ts';
import { lastHashIn } from '../tail.ts';
import { isWanted, sessionKey, type Archive, type Place, type Wanted } from '../why/archive.ts';
import type { Extent } from '../why/told.ts';
import { mentionsOf, type Mention } from '../why/mentions.ts';
import { SealedStretch } from './sealed-stretch.ts';
import { SegmentReader } from './segment-reader.ts';
import type { Stretch } from './stretch.ts';
import { HELD_BYTES_MAX, TailStretch } from './tail-stretch.ts';

export interface OpenArchive extends Archive {
  close(): void;
}

/** Records that were read, so that what was found need not be read again. */
const CACHED_MAX = 4_096;

/** An archive that looks into the indexes of what is sealed, and searches what is not. It reads no more than it tells of. */
export function openArchive(dir: string, disk: Disk = realDisk): OpenArchive {
  return openArchiveOf(snapshotOf(dir, disk), disk);
}

export function openArchiveOf(snapshot: Snapshot, disk: Disk): OpenArchive {
  return new IndexedArchive(snapshot, disk);
}

class IndexedArchive implements OpenArchive {
  readonly #reader = new SegmentReader();
  readonly #stretches: readonly Stretch[];
  readonly #cached = new Map<number, Recorded>();
  /** Of records that were read: a story asks for several identifiers of one record. */
  readonly #mentions = new WeakMap<Recorded, readonly Mention[]>();
  readonly #lastSeq: number;

  constructor({ dir, parts, tail, live, lastSeq }: Snapshot, disk: Disk) {
    let before = GENESIS_HASH;
    this.#lastSeq = lastSeq;
    const sealed = parts.map((part) => {
      const stretch = new SealedStretch(dir, part, before, this.#reader);
      before = part.segments.at(-1)?.lastHash ?? before;
      return stretch;
    });
    const isHeld = tail.reduce((sum, { bytes }) => sum + bytes, 0) <= HELD_BYTES_MAX;
    const written = tail.flatMap((segment, index): Stretch[] => {
      const indexed = index === 0 && live !== undefined ? [new SealedStretch(dir, live, before, this.#reader)] : [];
      const from = index === 0 ? live : undefined;
      const last = (tail[index + 1]?.firstSeq ?? lastSeq + 1) - 1;
      const place = {
        firstSeq: (from?.lastSeq ?? segment.firstSeq - 1) + 1,
        lastSeq: last,
        from: from?.segments[0]?.bytes ?? 0,
      };
      const searched = new TailStretch(segment, { ...place, before, isHeld, disk, reader: this.#reader });
      before = lastHashIn(segment, disk) ?? before;
      return [...indexed, searched];
    });
    this.#stretches = [...sealed, ...written];
  }

  find(key: string, wanted: Wanted = {}): Promise<readonly Place[]> {
    return Promise.try(() => this.#find(key, wanted));
  }

  session(agent: string, id: string): Promise<readonly Place[]> {
    return Promise.try(() => {
      const own = this.#find(sessionKey(agent, id), {});
      const outcomes = own.flatMap((place) => this.#outcomeOf(place));
      return [...own, ...outcomes].sort((a, b) => a.seq - b.seq);
    });
  }

  read(places: readonly Place[]): Promise<readonly Recorded[]> {
    return Promise.try(() => {
      const seqs = [...new Set(places.map(({ seq }) => seq))].sort((a, b) => a - b);
      return seqs.flatMap((seq) => this.#recordAt(seq) ?? []);
    });
  }

  recent(count: number): Promise<readonly Recorded[]> {
    return Promise.try(() => {
      const first = Math.max(1, this.#lastSeq - count + 1);
      return Array.from({ length: this.#lastSeq - first + 1 }, (_, index) => this.#recordAt(first + index)).flatMap(
        (one) => one ?? [],
      );
    });
  }

  extent(): Promise<Extent> {
    return Promise.try(() => ({
      records: this.#lastSeq,
      from: this.#recordAt(1)?.at ?? null,
      to: this.#recordAt(this.#lastSeq)?.at ?? null,
    }));
  }

  close(): void {
    for (const stretch of this.#stretches) stretch.close();
    this.#reader.close();
  }

  /** In the journal's order; from its end where only the last are wanted, so that no more is read than is told. */
  #find(key: string, wanted: Wanted): readonly Place[] {
    const { last = Infinity, after = 0, before = Infinity } = wanted;
    const found: Place[] = [];
    for (const stretch of this.#stretches.toReversed()) {
      if (found.length >= last) break;
      if (stretch.lastSeq <= after || stretch.firstSeq >= before) continue;
      for (const seq of stretch.candidates(key).toReversed()) {
        if (found.length >= last) break;
        if (seq <= after || seq >= before) continue;
        const place = this.#placeIn(stretch, seq, key);
        if (place !== undefined && isWanted(place, wanted)) found.push(place);
      }
    }
    return found.toReversed();
  }

  #mentionsOf(record: Recorded): readonly Mention[] {
    const known = this.#mentions.get(record) ?? mentionsOf(record);
    this.#mentions.set(record, known);
    return known;
  }

  /** Whether the record mentions it, and as what: an index knows only its hash. */
  #placeIn(stretch: Stretch, seq: number, key: string): Place | undefined {
    const record = this.#record(stretch, seq);
    const mention = this.#mentionsOf(record).find((one) => one.key === key);
    return mention === undefined ? undefined : { seq, kind: record.kind, role: mention.role };
  }

  /** The first outcome of a call, from its own stretch on. */
  #outcomeOf({ seq, kind }: Place): readonly Place[] {
    if (kind !== 'call') return [];
    const call = this.#recordAt(seq);
    if (call?.kind !== 'call') return [];
    for (const stretch of this.#stretches) {
      if (stretch.lastSeq <= seq) continue;
      for (const other of stretch.after(call.call, seq)) {
        const place = this.#placeIn(stretch, other, call.call);
        if (place?.kind === 'outcome' && place.role === 'call') return [{ ...place, role: 'session' }];
      }
    }
    return [];
  }

  #recordAt(seq: number): Recorded | undefined {
    const stretch = this.#stretches.find((one) => one.firstSeq <= seq && seq <= one.lastSeq);
    return stretch === undefined ? undefined : this.#record(stretch, seq);
  }

  #record(stretch: Stretch, seq: number): Recorded {
    const known = this.#cached.get(seq);
    if (known !== undefined) return known;
    const record = stretch.record(seq);
    const oldest = this.#cached.keys().next();
    if (this.#cached.size >= CACHED_MAX && oldest.done !== true) this.#cached.delete(oldest.value);
    this.#cached.set(seq, record);
    return record;
  }
}
