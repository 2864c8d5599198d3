import { fail, ok, type Result } from '../std/result.ts';
import type { Policy } from '../engine/policy.ts';
import { asDeclared } from '../engine/standings.ts';
import type { Recorded } from '../journal/index.ts';
import type { LoadedPolicy } from '../policy/index.ts';
import type { ColumnFacts } from './column-facts.ts';
import {
  CUTS,
  type CandidateDiff,
  type Cut,
  type CutRow,
  type FreezeJson,
  type ReadFrom,
  type ReplayReport,
  type ReplayTerms,
  type UnjudgedRow,
} from './diff.ts';
import { Doubts } from './doubts.ts';
import { EngineJudge } from './engine-judge.ts';
import { fold, type Listener } from './fold.ts';
import { ColumnarJudge, notColumnar } from './columnar/columnar-judge.ts';
import type { Begun, Judge } from './judge.ts';
import { readTape, type ReadTape } from './read-tape.ts';
import { Tally, type Change } from './tally.ts';
import { EventKind, type RecordedFreeze, type Tape } from '../warehouse/tape/tape.ts';

/** A journal to replay, and what people call it. */
export interface Source {
  readonly name: string;
  readonly journal: string | Iterable<Recorded>;
}

export const TERMS: ReplayTerms = { sessions: 'apart', stages: 'candidate', outcomes: 'effective' };

/**
 * Folds candidates over journals. Each journal is a world of its own: what was spent in one is not spent in another. Read
 * once for all candidates.
 *
 * @throws JournalDamaged
 */
export function replay(
  sources: readonly Source[],
  candidates: readonly LoadedPolicy[],
  terms: ReplayTerms = TERMS,
): Result<ReplayReport, string> {
  const outcomes = candidates.map((candidate) => new CandidateOutcome(candidate, terms));
  const recorded = new RecordedOutcome(sources.map(({ name }) => name));
  for (const { name, journal } of sources) {
    const read = readTape(journal, candidates);
    if (!read.ok) return fail(`${name}: ${read.failure}`);
    recorded.add(read.value);
    for (const [index, outcome] of outcomes.entries()) outcome.add(read.value, index);
  }
  return ok({ recorded: recorded.json(), candidates: outcomes.map((outcome) => outcome.json()) });
}

/** The policy as `terms.stages` has it. */
export function staged(policy: Policy, stages: ReplayTerms['stages']): Policy {
  const declared = asDeclared(policy);
  if (stages === 'candidate') return declared;
  const agents = [...declared.agents].map(([id, agent]) => [id, { ...agent, stage: 'production' as const }] as const);
  return { ...policy, agents: new Map(agents) };
}

class RecordedOutcome {
  readonly #sources: readonly string[];
  readonly #agents = new Set<string>();
  readonly #policies = new Map<string, { file: string; digest: string; calls: number }>();
  #calls = 0;
  #sessions = 0;
  #from: number | null = null;
  #to: number | null = null;

  constructor(sources: readonly string[]) {
    this.#sources = sources;
  }

  add({ tape, policies, from, to }: ReadTape): void {
    const { calls, dictionaries } = tape;
    this.#calls += calls.size;
    this.#sessions += dictionaries.runs.size;
    for (const agent of dictionaries.agents.texts()) this.#agents.add(agent);
    for (const { digest, file } of policies) {
      if (!this.#policies.has(digest)) this.#policies.set(digest, { file, digest, calls: 0 });
    }
    const places = policies.map(({ digest }) => this.#policies.get(digest));
    for (const policy of calls.policy) {
      const place = places[policy];
      if (place !== undefined) place.calls += 1;
    }
    if (from !== null) this.#from = Math.min(this.#from ?? from, from);
    if (to !== null) this.#to = Math.max(this.#to ?? to, to);
  }

  json(): ReplayReport['recorded'] {
    return {
      sources: this.#sources,
      calls: this.#calls,
      sessions: this.#sessions,
      agents: [...this.#agents].toSorted(),
      from: this.#from,
      to: this.#to,
      policies: [...this.#policies.values()],
    };
  }
}

/** Freezes that are named; the rest are counted in the changes that they make. */
const FREEZES_MAX = 1_000;
const UNJUDGED_EXAMPLES_MAX = 3;

class CandidateOutcome {
  readonly #candidate: LoadedPolicy;
  readonly #terms: ReplayTerms;
  readonly #tally = new Tally();
  readonly #verdicts = [0, 0, 0, 0, 0];
  readonly #certainty = [0, 0, 0];
  readonly #unjudged = new Map<string, { rule: string; why: string; calls: number; examples: string[] }>();
  readonly #freezes: FreezeJson[] = [];
  /** Why the engine itself folds; `undefined`: the columnar form does. */
  #fallsBack: string | undefined;
  #toldDifferently = 0;
  #bodiesRead = 0;
  readonly #read: ReadFrom[] = [];

  constructor(candidate: LoadedPolicy, terms: ReplayTerms) {
    this.#candidate = candidate;
    this.#terms = terms;
  }

  add({ tape, facts: all, bodiesRead, read }: ReadTape, index: number): void {
    this.#read.push(read);
    const facts = all[index] as ColumnFacts;
    const policy = staged(this.#candidate.policy, this.#terms.stages);
    const why = facts.overridden > 0 ? 'requests or particulars had to be looked into' : notColumnar(policy);
    if (why !== undefined) this.#fallsBack ??= why;
    const judge: Judge =
      why === undefined
        ? new ColumnarJudge(policy, tape, facts, (row, rule) => facts.truth(row, rule))
        : new EngineJudge(policy, tape, facts);
    const routeOf = facts.overridden === 0 ? undefined : routeOfRow(tape, facts);
    const doubts = new Doubts(policy, tape, this.#terms.sessions, routeOf);
    this.#bodiesRead += bodiesRead[index] ?? 0;
    fold({ tape, judge, facts, doubts, terms: this.#terms }, this.#listener(tape, facts));
  }

  json(): CandidateDiff {
    const { file, digest } = this.#candidate;
    const [allow = 0, deny = 0, hold = 0, capture = 0, unjudged = 0] = this.#verdicts;
    const [exact = 0, own_session = 0, shared_state = 0] = this.#certainty;
    const cuts = CUTS.map((cut): [Cut, readonly CutRow[]] => [cut, this.#tally.cut(cut)]);
    return {
      policy: { file, digest },
      terms: this.#terms,
      verdicts: { allow, deny, hold, capture, unjudged },
      certainty: { exact, own_session, shared_state },
      changes: this.#tally.changes(),
      by: Object.fromEntries(cuts) as CandidateDiff['by'],
      examples: this.#tally.examples(),
      toldDifferently: this.#toldDifferently,
      unjudged: [...this.#unjudged.values()].toSorted((a, b) => b.calls - a.calls) satisfies readonly UnjudgedRow[],
      freezes: this.#freezes,
      how: {
        judge: this.#fallsBack === undefined ? 'columns' : 'engine',
        why: this.#fallsBack ?? 'every rule has a columnar form, or is asked row by row',
        bodiesRead: this.#bodiesRead,
        read: this.#read,
      },
    };
  }

  #listener(tape: Tape, facts: ColumnFacts): Listener {
    const recorded = recordedFreezes(tape);
    const [verdicts, certainties, tally] = [this.#verdicts, this.#certainty, this.#tally];
    return {
      call: (_row, verdict, certainty) => {
        (verdicts[verdict] as number) += 1;
        (certainties[certainty] as number) += 1;
      },
      changed: (change: Change) => tally.add(tape, change),
      toldDifferently: () => {
        this.#toldDifferently += 1;
      },
      unjudged: (row) => {
        for (const { rule, why } of facts.unknown(row) ?? []) this.#note(rule, why, tape.calls.id.get(row));
      },
      began: ({ agent, at, rule, reason }: Begun, row) => {
        if (this.#freezes.length === FREEZES_MAX) return;
        const isRecorded = recorded.some(
          (one) => one.agent === agent && one.reason === reason && one.at >= at && one.at - at <= SAME_FREEZE_MS,
        );
        this.#freezes.push({ agent, at, rule, reason, call: tape.calls.id.get(row), recorded: isRecorded });
      },
    };
  }

  #note(rule: string, why: string, call: string): void {
    const key = `${rule}\n${why}`;
    const row = this.#unjudged.get(key) ?? { rule, why, calls: 0, examples: [] };
    this.#unjudged.set(key, row);
    row.calls += 1;
    if (row.examples.length < UNJUDGED_EXAMPLES_MAX) row.examples.push(call);
  }
}

/** From the call that a guard froze at to the record of the freeze, at most. */
const SAME_FREEZE_MS = 1_000;

/** What guards of the recorded policy froze, and when. */
function recordedFreezes({ events, freezes, dictionaries: { agents } }: Tape): readonly RecordedAt[] {
  const found: RecordedAt[] = [];
  for (let index = 0; index < events.size; index += 1) {
    if (events.kind[index] !== EventKind.frozen) continue;
    const { agent, by, reason } = freezes[events.ref[index] as number] as RecordedFreeze;
    if (by.startsWith('guard:')) found.push({ agent: agents.text(agent), reason, at: events.at[index] as number });
  }
  return found;
}

type RecordedAt = Pick<FreezeJson, 'agent' | 'reason' | 'at'>;

function routeOfRow({ calls, dictionaries: { routes } }: Tape, facts: ColumnFacts) {
  return (row: number) => facts.override(row)?.route ?? (routes.text(calls.route[row] as number) as never);
}
