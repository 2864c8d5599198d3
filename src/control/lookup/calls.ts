import type { CallEntry, OutcomeEntry, Recorded } from '../../journal/entry.ts';
import { openArchive } from '../../warehouse/archive/open-archive.ts';
import type { Archive } from '../../warehouse/why/archive.ts';
import { pseudonyms } from '../../warehouse/why/sealed-values.ts';
import type { CallPage, CallSearch } from '../contract/lookups.ts';
import { callLine } from '../live/lines.ts';
import { SEARCH_MAX_MS, SEARCH_RECORDS_MAX } from './bounds.ts';
import { calledAbout } from './called-about.ts';
import { seqBehind } from './seq-behind.ts';

/** Records that are read at a time. */
const CHUNK = 500;
/** Where the ends of the newest calls stand: most calls end within so many records. */
const AHEAD = 500;

type Found = CallPage['calls'][number];

/** Calls, the newest first. What is asked by an identifier goes by the index, where there is one; all else looks back, record by record. */
export async function searchCalls(dir: string, search: CallSearch): Promise<CallPage> {
  const archive = openArchive(dir);
  try {
    return await new Search(archive, search, pseudonyms(dir)).page();
  } finally {
    archive.close();
  }
}

class Search {
  readonly #archive: Archive;
  readonly #search: CallSearch;
  readonly #alias: (name: string) => readonly string[];
  readonly #from: number;
  readonly #to: number;
  readonly #untilMs = performance.now() + SEARCH_MAX_MS;
  readonly #ends = new Map<string, OutcomeEntry>();
  readonly #found: Recorded<CallEntry>[] = [];
  #records = 0;
  #back: number | null = null;

  constructor(archive: Archive, search: CallSearch, alias: (name: string) => readonly string[]) {
    this.#archive = archive;
    this.#search = search;
    this.#alias = alias;
    this.#from = search.from === undefined ? -Infinity : Date.parse(search.from);
    this.#to = search.to === undefined ? Infinity : Date.parse(search.to);
  }

  async page(): Promise<CallPage> {
    const { about, limit } = this.#search;
    const { isAll, next } = about === undefined ? await this.#lookBack() : await this.#lookUp(about);
    const calls = this.#found.slice(0, limit);
    return {
      calls: await Promise.all(calls.map((entry) => this.#line(entry))),
      next,
      looked: {
        records: this.#records,
        back: this.#back === null ? null : new Date(this.#back).toISOString(),
        all: isAll,
      },
    };
  }

  async #lookBack(): Promise<{ readonly isAll: boolean; readonly next: number | null }> {
    const { records } = await this.#archive.extent();
    const asked = Math.min(this.#search.before ?? Infinity, records + 1);
    const top = this.#to === Infinity ? asked : Math.min(asked, await seqBehind(this.#archive, this.#to, records));
    await this.#noteEnds(top, Math.min(records, top + AHEAD - 1));
    for (let last = top - 1; last >= 1; last -= CHUNK) {
      const first = Math.max(1, last - CHUNK + 1);
      for (const record of (await this.#read(first, last)).toReversed()) {
        if (record.at < this.#from) return { isAll: true, next: null };
        if (this.#take(record)) return { isAll: false, next: record.seq > 1 ? record.seq : null };
      }
      if (first > 1 && this.#isSpent()) return { isAll: false, next: first };
    }
    return { isAll: true, next: null };
  }

  async #lookUp(about: string): Promise<{ readonly isAll: boolean; readonly next: number | null }> {
    const { seqs, isAll } = await calledAbout(this.#archive, [about, ...this.#alias(about)]);
    const { before = Infinity } = this.#search;
    const older = seqs.filter((seq) => seq < before).toSorted((a, b) => b - a);
    for (let index = 0; index < older.length; index += CHUNK) {
      const places = older.slice(index, index + CHUNK).map((seq) => ({ seq, kind: 'call', role: 'call' }) as const);
      for (const record of this.#looked(await this.#archive.read(places)).toReversed()) {
        if (record.at > this.#to) continue;
        if (record.at < this.#from) return { isAll, next: null };
        if (this.#take(record)) return { isAll: false, next: older.at(-1) === record.seq ? null : record.seq };
      }
      const last = older[index + CHUNK - 1];
      if (last !== undefined && this.#isSpent()) return { isAll: false, next: last };
    }
    return { isAll, next: null };
  }

  /** Whether that was the last one of the page. */
  #take(record: Recorded): boolean {
    if (record.kind === 'outcome') this.#ends.set(record.call, record);
    if (record.kind !== 'call' || !this.#isWanted(record)) return false;
    this.#found.push(record);
    return this.#found.length >= this.#search.limit;
  }

  #isWanted({ agent, route, verdict }: CallEntry): boolean {
    const search = this.#search;
    return (
      (search.agent === undefined || agent === search.agent) &&
      (search.route === undefined || route === search.route) &&
      (search.verdict === undefined || verdict === search.verdict)
    );
  }

  #isSpent(): boolean {
    return this.#records >= SEARCH_RECORDS_MAX || performance.now() >= this.#untilMs;
  }

  async #noteEnds(first: number, last: number): Promise<void> {
    for (const record of await this.#archive.read(placesOf(first, last))) {
      if (record.kind === 'outcome') this.#ends.set(record.call, record);
    }
  }

  async #read(first: number, last: number): Promise<readonly Recorded[]> {
    return this.#looked(await this.#archive.read(placesOf(first, last)));
  }

  #looked(records: readonly Recorded[]): readonly Recorded[] {
    this.#records += records.length;
    this.#back = records[0]?.at ?? this.#back;
    return records;
  }

  async #line(entry: Recorded<CallEntry>): Promise<Found> {
    const end = this.#ends.get(entry.call) ?? (await this.#endOf(entry));
    return { ...callLine(entry, entry.seq), status: end?.status ?? null, failure: end?.failure ?? null };
  }

  /** Of a call that ended long after it began, or not at all. */
  async #endOf({ call, seq, verdict }: Recorded<CallEntry>): Promise<OutcomeEntry | undefined> {
    if (verdict === 'deny' || verdict === 'hold' || performance.now() >= this.#untilMs) return undefined;
    const places = await this.#archive.find(call, { kinds: ['outcome'], roles: ['call'], after: seq, last: 1 });
    const [record] = await this.#archive.read(places);
    return record?.kind === 'outcome' ? record : undefined;
  }
}

function placesOf(first: number, last: number) {
  return Array.from(
    { length: Math.max(0, last - first + 1) },
    (_, index) => ({ seq: first + index, kind: 'call', role: 'call' }) as const,
  );
}
