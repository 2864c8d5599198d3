import { calendar } from '../../src/std/calendar.ts';
import { ALLOW, DENY, EventKind, type Tape } from '../../src/warehouse/tape/tape.ts';

/**
 * The strict policy of `made-tape.ts`, written out by hand over its typed arrays, as somebody would who has this one question:
 * no rule by name, no finding, no certainty, no tally. What a replay is measured against.
 *
 * @param verdicts where what it finds is written, by row
 */
export function plainLoop({ events, calls, dictionaries }: Tape, verdicts: Uint8Array): void {
  const agents = dictionaries.agents.size;
  const minute = Array.from({ length: agents }, () => new Ring(1_150));
  const refunds = Array.from({ length: agents }, () => new Ring(260));
  const day = calendar('America/New_York');
  const dayStart = new Float64Array(agents);
  const spent = new Float64Array(agents);
  const held = new Float64Array(agents);
  const open = new Int32Array(agents);
  const done = new Int32Array(dictionaries.sames.size);
  const failures = new Map<number, readonly [count: number, retryAt: number]>();
  const underWay = new Uint8Array(calls.size);
  const { at: times, agent: whose, route: which, micros: amounts, same: subjects, fingerprint: prints } = calls;
  for (let index = 0; index < events.size; index += 1) {
    const row = events.ref[index] as number;
    const agent = whose[row] as number;
    const route = which[row] as number;
    const amount = amounts[row] as number;
    const moves = route === 1 || route === 2;
    if (events.kind[index] === EventKind.call) {
      const at = times[row] as number;
      const { start } = day(at);
      let ok = (open[agent] as number) < 100 && !(minute[agent] as Ring).full(at, 60_000);
      if (ok && route === 1) {
        ok = amount <= 45_000_000 && done[subjects[row] as number] === 0 && !(refunds[agent] as Ring).full(at, 60_000);
      }
      if (ok && route === 2) ok = amount <= 45_000_000 && amount > 0;
      if (ok && route !== 0) {
        const failed = failures.get(prints[row] as number);
        ok = failed === undefined || (failed[0] < 5 && at >= failed[1]);
      }
      if (ok && moves) {
        const committed = (dayStart[agent] === start ? (spent[agent] as number) : 0) + (held[agent] as number);
        ok = committed + amount <= 20_000_000_000_000;
      }
      verdicts[row] = ok ? ALLOW : DENY;
      if (!ok) continue;
      underWay[row] = 1;
      (open[agent] as number) += 1;
      (minute[agent] as Ring).push(at);
      if (route === 1) {
        (refunds[agent] as Ring).push(at);
        (done[subjects[row] as number] as number) += 1;
      }
      if (moves) (held[agent] as number) += amount;
    } else if (underWay[row] === 1) {
      const at = events.at[index] as number;
      const effectiveness = events.effectiveness[index] as number;
      underWay[row] = 0;
      (open[agent] as number) -= 1;
      if (route === 1 && effectiveness === 1) (done[subjects[row] as number] as number) -= 1;
      if (moves) {
        (held[agent] as number) -= amount;
        if (effectiveness !== 1) {
          const { start } = day(at);
          if (start > (dayStart[agent] as number)) {
            dayStart[agent] = start;
            spent[agent] = 0;
          }
          (spent[agent] as number) += amount;
        }
      }
      if (route === 0) continue;
      if (effectiveness === 0) failures.delete(prints[row] as number);
      else {
        const count = (failures.get(prints[row] as number)?.[0] ?? 0) + 1;
        failures.set(prints[row] as number, [count, at + 1_000 * 2 ** (count - 1)]);
      }
    }
  }
}

/** The last so many instants. */
class Ring {
  readonly #times: Float64Array;
  #size = 0;
  #next = 0;

  constructor(limit: number) {
    this.#times = new Float64Array(limit);
  }

  full(at: number, windowMs: number): boolean {
    return this.#size === this.#times.length && (this.#times[this.#next] as number) > at - windowMs;
  }

  push(at: number): void {
    this.#times[this.#next] = at;
    this.#next = this.#next + 1 === this.#times.length ? 0 : this.#next + 1;
    if (this.#size < this.#times.length) this.#size += 1;
  }
}
