import type { Shown } from '../shadow.ts';
import type { Exchange } from './transport.ts';
import type { Showing, Way } from './way.ts';

/** Statuses whose answers have no content, and so no length (RFC 9110 §8.6). */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * An answer that no upstream is asked for: to a captured write, or to a read of what exists in its session alone.
 *
 * INVARIANT: there is no transport in here. Whatever `make` does, nothing leaves (I11).
 */
export function madeAnswer(make: () => Shown, onFault: (error: unknown) => void): Way {
  return {
    send(_request, answer): Exchange {
      let over = false;
      const once = (step: () => void): void => {
        if (over) return;
        over = true;
        step();
      };
      queueMicrotask(() => once(() => show(attempt(make, onFault), 'whole', answer)));
      return {
        resume: () => undefined,
        abort: () => once(() => answer.failed({ code: 'aborted', detail: 'the call was stopped', sent: 'no' })),
      };
    },
  };
}

/** What `make` gives; `undefined` where it is broken: then nobody is shown anything. */
export function attempt(make: () => Shown, onFault: (error: unknown) => void): Shown | undefined {
  try {
    return make();
  } catch (error) {
    onFault(error);
    return undefined;
  }
}

/** Tells a recipient what it is shown. */
export function show(shown: Shown | undefined, made: 'whole' | 'part', to: Showing): void {
  if (shown?.kind !== 'answer') {
    // Nothing was told of the upstream, whether it was asked or not.
    to.shows({ origin: undefined, merged: [], unmerged: [], made: 'whole' });
    if (shown === undefined) to.failed({ code: 'fault', detail: 'what to answer could not be found out', sent: 'no' });
    else to.failed({ code: 'unanswerable', detail: shown.detail, sent: 'no', unanswerable: shown });
    return;
  }
  const { answer, origin, merged, unmerged } = shown;
  const { status, headers, body } = answer;
  to.shows({ origin, merged, unmerged, made: origin === undefined ? undefined : made });
  const length = BODILESS.has(status) ? [] : ['content-length', String(body.length)];
  to.head(status, [...headers, ...length]);
  if (body.length > 0 && !BODILESS.has(status)) to.data(body);
  to.ended();
}
