import type { Ask, Heard } from './wire.ts';

/** Half of what a start restores is enough to see that it does; clocks may be wrong by hours. */
const REMEMBERED_MS = 12 * 3_600_000;

/** Where an agent was while a call of it was under way; `between`: it rose or fell meanwhile. */
export type Where = 'shadow' | 'outside' | 'between';

/** What agents in shadow were told that they had done, by their tokens: each is a session. What they read later must show it, or say that it does not. */
export class Sessions {
  /** When a write was last answered as captured, by token and charge. */
  readonly #captured = new Map<string, number>();
  readonly #onBroken: (what: string) => void;
  captured = 0;
  overlaid = 0;

  constructor(onBroken: (what: string) => void) {
    this.#onBroken = onBroken;
  }

  /** Something is asked now; gives what looks at its answer. */
  asked(token: string, ask: Ask, now: number): (heard: Heard, now: number, where: Where) => void {
    const charge = chargeOf(ask);
    if (charge === undefined) return () => undefined;
    const key = `${token} ${charge}`;
    const capturedAt = this.#captured.get(key);
    const mustShow = ask.method === 'GET' && capturedAt !== undefined && now - capturedAt < REMEMBERED_MS;
    return (heard, then, where) => {
      if (heard === 'cut' || heard.status !== 200) return;
      if (heard.headers['interlock-verdict'] === 'captured') {
        this.captured += 1;
        this.#captured.set(key, then);
      }
      const origin = heard.headers['interlock-origin'];
      if (origin === 'overlay') this.overlaid += 1;
      if (mustShow && where === 'shadow' && origin !== 'overlay')
        this.#onBroken(`a read of ${charge} forgot what its session wrote`);
      if (where === 'outside' && origin !== undefined)
        this.#onBroken(`a read of ${charge} is ${origin} outside of shadow`);
    };
  }
}

function chargeOf({ method, path, body }: Ask): string | undefined {
  const inPath = /^\/payments\/v1\/charges\/(\w+)/.exec(path)?.[1];
  if (inPath !== undefined || method === 'GET') return inPath;
  return /"charge":"(\w+)"/.exec(body ?? '')?.[1];
}
