import type { Shown } from '../shadow.ts';
import type { Exchange, TransportFailure } from './transport.ts';
import type { Showing, Way } from './way.ts';

/** Statuses whose answers have no content, and so no length (RFC 9110 §8.6). */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);
const ABORTED: TransportFailure = { code: 'aborted', detail: 'the call was stopped', sent: 'no' };

/**
 * An answer that no upstream is asked for: to a captured write, or to a read of what exists in its session alone.
 *
 * INVARIANT: there is no transport in here. Whatever `make` does, nothing leaves (I11).
 */
export function madeAnswer(make: () => Shown, onFault: (error: unknown) => void): Way {
  return {
    send(_request, answer): Exchange {
      const telling = new Telling(answer, onFault);
      queueMicrotask(() => telling.tell(make, 'whole'));
      return telling;
    },
  };
}

/** Tells a recipient what it is shown: exactly one end, once, also where it is cut off in the middle. */
export class Telling implements Exchange {
  readonly #to: Showing;
  readonly #onFault: (error: unknown) => void;
  #over = false;
  /** What is still awaited before anything can be told. */
  awaited: Exchange | undefined;

  constructor(to: Showing, onFault: (error: unknown) => void) {
    this.#to = to;
    this.#onFault = onFault;
  }

  get over(): boolean {
    return this.#over;
  }

  resume(): void {
    this.awaited?.resume();
  }

  abort(): void {
    if (this.awaited === undefined) this.fail(ABORTED);
    else this.awaited.abort();
  }

  fail(failure: TransportFailure): void {
    if (this.#over) return;
    this.#over = true;
    this.#to.failed(failure);
  }

  /** What is told already has come to its end. */
  end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#to.ended();
  }

  /** @param make asked now, unless it is too late */
  tell(make: () => Shown, made: 'whole' | 'part'): void {
    this.awaited = undefined;
    if (this.#over) return;
    const shown = this.#attempt(make);
    if (shown?.kind !== 'answer') {
      // Nothing was learnt of the upstream, whether it was asked or not.
      this.#to.shows({ origin: undefined, merged: [], unmerged: [], made: 'whole' });
      return this.fail(shown === undefined ? FAULT : { ...UNANSWERABLE, detail: shown.detail, unanswerable: shown });
    }
    const { answer, origin, merged, unmerged } = shown;
    const { status, headers, body } = answer;
    this.#to.shows({ origin, merged, unmerged, made: origin === undefined ? undefined : made });
    const hasBody = !BODILESS.has(status);
    this.#to.head(status, hasBody ? [...headers, 'content-length', String(body.length)] : headers);
    if (hasBody && body.length > 0 && !this.#over) this.#to.data(body);
    // Whoever looked into it may have let go: then it has had its end.
    this.end();
  }

  /** `undefined` where it is broken: then nobody is shown anything. */
  #attempt(make: () => Shown): Shown | undefined {
    try {
      return make();
    } catch (error) {
      this.#onFault(error);
      return undefined;
    }
  }
}

const FAULT: TransportFailure = { code: 'fault', detail: 'what to answer could not be found out', sent: 'no' };
const UNANSWERABLE = { code: 'unanswerable', sent: 'no' } as const;
