import type { AmountFact, Call, Particulars } from '../../engine/call.ts';
import { Answers } from './answers.ts';
import { codes, counts, floats, signed } from './growing.ts';
import { LateColumn } from './late-column.ts';
import { LargeWords } from './large-words.ts';
import type { RecordedFreeze, RecordedPolicyPlace, RecordedReview, Tape } from './tape.ts';
import { TextColumn, Words } from './words.ts';

/** What a tape is recorded on: all that it will hold, while there still comes more. */
export class Reel {
  /** The place of its data directory among those that are replayed. */
  readonly source: number;
  readonly events = { kind: codes(), at: floats(), ref: counts(), effectiveness: codes(), answer: counts() };
  readonly id = new TextColumn();
  readonly columns = {
    seq: floats(),
    at: floats(),
    policy: counts(),
    agent: counts(),
    grant: counts(),
    task: counts(),
    session: counts(),
    run: counts(),
    stage: codes(),
    route: counts(),
    upstream: counts(),
    effect: codes(),
    subject: counts(),
    same: counts(),
    currency: counts(),
    micros: floats(),
    items: signed(),
    fingerprint: counts(),
    key: counts(),
    granted: codes(),
    conditions: counts(),
    verdict: codes(),
    found: counts(),
    retryAt: floats(),
  };
  readonly sparse = {
    amounts: new Map<number, AmountFact>(),
    envelopes: new Map<number, string>(),
    particulars: new Map<number, Particulars>(),
    unanswerable: new Map<number, NonNullable<Call['unanswerable']>>(),
    befores: new Map<number, string>(),
    neutral: new Map<number, { readonly verdict: number; readonly found: number }>(),
  };
  readonly words = {
    agents: new Words(),
    grants: new Words(),
    tasks: new Words(),
    sessions: new LargeWords(),
    runs: new LargeWords(),
    routes: new Words(),
    upstreams: new Words(),
    subjects: new LargeWords(''),
    sames: new LargeWords(''),
    currencies: new Words('', '?'),
    fingerprints: new LargeWords(),
    keys: new LargeWords(''),
    conditions: new Words('{}'),
    founds: new Words(''),
  };
  readonly answers = new Answers();
  readonly fingerprints = new LateColumn(this.columns.fingerprint, this.words.fingerprints);
  readonly policies: RecordedPolicyPlace[] = [];
  readonly freezes: RecordedFreeze[] = [];
  readonly reviews: RecordedReview[] = [];
  /** Calls whose end has not come yet, by id. */
  readonly open = new Map<string, number>();
  /** The place of the policy in force. */
  policy = 0;

  constructor(source: number) {
    this.source = source;
  }

  /** How many calls there are so far: the row of the next one. */
  get calls(): number {
    return this.columns.at.size;
  }

  /** Makes room for so many altogether. */
  reserve(calls: number, events: number): void {
    for (const column of Object.values(this.columns)) column.reserve(calls);
    for (const column of Object.values(this.events)) column.reserve(events);
    // As many calls as have one, at most.
    this.answers.reserve(events - calls + 1);
  }

  /** The policy of this digest is in force from here on. */
  named(digest: string): number {
    const known = this.policies.findIndex((one) => one.digest === digest);
    this.policy = known === -1 ? this.policies.push({ digest, source: this.source }) - 1 : known;
    return this.policy;
  }

  /** As it is now. */
  tape(): Tape {
    const whole = (columns: Readonly<Record<string, { whole(): unknown }>>): object =>
      Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column.whole()]));
    const { fingerprints } = this;
    const tape = {
      events: { size: this.events.kind.size, ...whole(this.events) },
      calls: { size: this.calls, id: this.id, ...whole(this.columns), ...this.sparse },
      dictionaries: { ...this.words, answers: this.answers },
      policies: this.policies,
      freezes: this.freezes,
      reviews: this.reviews,
    };
    Object.defineProperty(tape.calls, 'fingerprint', { get: () => fingerprints.column });
    Object.defineProperty(tape.dictionaries, 'fingerprints', { get: () => fingerprints.words });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every column, whole
    return tape as unknown as Tape;
  }
}
