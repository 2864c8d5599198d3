import type { Decision, Verdict } from '../../engine/decision.ts';
import type { Exchange, FlawReason, Unusable } from './recording.ts';

/** A file with more unusable records than this was recorded elsewhere; the rest are counted. */
export const LISTED_MAX = 10_000;

/** What stopped or captured calls, and how many. */
export interface Stop {
  readonly verdict: Exclude<Verdict, 'allow'>;
  readonly guard: string;
  readonly reason: string;
  readonly calls: number;
}

/** What became of the records of a file. */
export interface ImportCounts {
  readonly calls: number;
  readonly verdicts: Readonly<Record<Verdict, number>>;
  /** By the finding that decided, the most calls first; what was allowed is not among them. */
  readonly stops: readonly Stop[];
  /** Of the calls: those without an answer in the file. Nobody knows how they ended. */
  readonly unanswered: number;
  /** Of the calls: those whose bodies are not in the file. No rule reads them, and no two count as the same call. */
  readonly bodiless: number;
  /** Records that tell of no call. */
  readonly noCalls: number;
  /** How many records are not in the journal. */
  readonly unusable: number;
  /** The same by the kind of fault, the most first. */
  readonly unusableBy: readonly { readonly reason: FlawReason; readonly records: number }[];
  /** The first of them, at most {@link LISTED_MAX}. */
  readonly listed: readonly Unusable[];
}

/** Counts what becomes of each record. INVARIANT: every record of the file is counted once. */
export class ImportTally {
  readonly #verdicts: Record<Verdict, number> = { allow: 0, deny: 0, hold: 0, capture: 0 };
  readonly #stops = new Map<string, Stop>();
  readonly #flaws = new Map<FlawReason, number>();
  readonly #listed: Unusable[] = [];
  #noCalls = 0;
  #unanswered = 0;
  #bodiless = 0;

  noCall(): void {
    this.#noCalls += 1;
  }

  unusable({ place, reason, why }: Unusable): void {
    this.#flaws.set(reason, (this.#flaws.get(reason) ?? 0) + 1);
    if (this.#listed.length < LISTED_MAX) this.#listed.push({ place, reason, why });
  }

  decided({ verdict, decisive: { guard, reason } }: Decision, { answer, request }: Exchange): void {
    this.#verdicts[verdict] += 1;
    if (answer.status === null) this.#unanswered += 1;
    if (request.bodyUnknown === true) this.#bodiless += 1;
    if (verdict === 'allow') return;
    const key = `${verdict} ${guard} ${reason}`;
    this.#stops.set(key, { verdict, guard, reason, calls: (this.#stops.get(key)?.calls ?? 0) + 1 });
  }

  counts(): ImportCounts {
    const { allow, deny, hold, capture } = this.#verdicts;
    const flaws = [...this.#flaws].map(([reason, records]) => ({ reason, records }));
    return {
      calls: allow + deny + hold + capture,
      verdicts: this.#verdicts,
      stops: [...this.#stops.values()].toSorted((a, b) => b.calls - a.calls),
      unanswered: this.#unanswered,
      bodiless: this.#bodiless,
      noCalls: this.#noCalls,
      unusable: flaws.reduce((sum, { records }) => sum + records, 0),
      unusableBy: flaws.toSorted((a, b) => b.records - a.records),
      listed: this.#listed,
    };
  }
}
