import type { Result } from '../../std/result.ts';
import type { Instant } from '../../std/clock.ts';
import type { CallId } from '../../engine/ids.ts';
import type { Reading, RequestReader } from '../../door/judge/reading.ts';
import type { Refusal } from '../../door/normal/refusal.ts';
import type { Grant } from '../../journal/index.ts';
import type { Prepared } from './prepared.ts';

export type ReadingOrNot = Result<Reading, Refusal>;

/** Readings that are remembered before it begins anew: as many as requests, each for a few grants. */
const REMEMBERED_MAX = 50_000;

/**
 * What a request means when a grant's holder sends it, read at its first sending: without a sealer, a call's id and time are all
 * that differs from one sending to the next.
 *
 * INVARIANT: gives what `RequestReader.read` gives, and asks for an identity exactly when it does.
 */
export class Readings {
  readonly #reader: RequestReader;
  #known = new WeakMap<Prepared, Map<string, ReadingOrNot>>();
  #count = 0;

  /** @param reader has no sealer */
  constructor(reader: RequestReader) {
    this.#reader = reader;
  }

  /** @param holder see {@link holderOf}: of this grant */
  of(
    prepared: Prepared,
    grant: Grant,
    holder: string,
    identity: () => { readonly id: CallId; readonly at: Instant },
  ): ReadingOrNot {
    const known = this.#known.get(prepared)?.get(holder);
    if (known === undefined) return this.#readAnew(prepared, grant, holder, identity);
    return known.ok ? { ...known, value: { ...known.value, call: { ...known.value.call, ...identity() } } } : known;
  }

  #readAnew(
    prepared: Prepared,
    grant: Grant,
    holder: string,
    identity: () => { readonly id: CallId; readonly at: Instant },
  ): ReadingOrNot {
    if (this.#count >= REMEMBERED_MAX) {
      this.#known = new WeakMap();
      this.#count = 0;
    }
    const { head, address, bytes } = prepared;
    const reading = this.#reader.read(head, address, bytes, grant, identity);
    const known = this.#known.get(prepared);
    if (known === undefined) this.#known.set(prepared, new Map([[holder, reading]]));
    else known.set(holder, reading);
    this.#count += 1;
    return reading;
  }
}

/** All of a grant that reading a request asks about. INVARIANT: grants that differ in any of it have different ones. */
export function holderOf({ id, agent, task, routes, values }: Grant): string {
  return JSON.stringify([id, agent, task, routes, values ?? null]);
}
