import type { Instant } from '../std/clock.ts';
import type { Agent } from '../engine/policy.ts';
import { mayStandAt } from '../engine/standings.ts';
import type { CallId } from '../engine/ids.ts';
import type { CallEntry, OutcomeEntry, Recorded } from '../journal/entry.ts';
import { ANSWER_KEPT_BYTES, opened, readSince } from '../journal/index.ts';
import type { Disk } from '../journal/disk.ts';
import type { LoadedPolicy } from '../policy/index.ts';
import { RequestReader } from './judge/reading.ts';
import type { MadeAnswer, Shadow } from './shadow.ts';

/** How old a captured write may be and still be there after a restart: runs of agents end sooner. */
export const SESSIONS_RESTORED_MS = 86_400_000;
/** Captured writes that a restart restores, the newest; and how long their bodies and answers may be together. */
export const RESTORED_MAX = 10_000;
export const RESTORED_MAX_BYTES = 67_108_864;

export interface Restoring {
  readonly dir: string;
  readonly policy: LoadedPolicy;
  readonly shadow: Shadow;
  readonly disk: Disk;
  /** The time of the last record. */
  readonly lastAt: Instant;
}

/** A captured write and what was answered; `undefined`: nobody knows, or it was nothing. */
interface Captured {
  readonly call: CallEntry;
  readonly outcome: OutcomeEntry | undefined;
}

/**
 * Brings the sessions of agents in shadow back from the journal, which is the only place that keeps them: a snapshot with
 * bodies in it would be out of an erasure's reach. What cannot be restored is said to be lost, so that its session is told.
 */
export function restoreSessions({ dir, policy, shadow, disk, lastAt }: Restoring): void {
  const agents = policy.policy.agents;
  if (![...agents.values()].some(mayCapture)) return;
  const since = lastAt - SESSIONS_RESTORED_MS;
  const isAsked = ({ at, agent, verdict }: CallEntry): boolean => {
    const its = agents.get(agent);
    return at >= since && verdict === 'capture' && its !== undefined && mayCapture(its);
  };
  const recent = new Recent((lost) => tellLost(shadow, lost));
  const under = new Map<CallId, CallEntry>();
  for (const record of readSince(dir, since, disk)) {
    if (record.kind === 'call' && isAsked(record)) under.set(record.call, record);
    for (const [id, outcome] of endsIn(record)) {
      const call = under.get(id);
      if (call === undefined || !under.delete(id)) continue;
      // What had no effect changed nothing, and what happened without this door is part of the world.
      const isOurs = outcome === undefined || outcome.origin === 'synthetic';
      if (isOurs && outcome?.effectiveness !== 'ineffective') recent.add({ call, outcome });
    }
  }
  // No end at all: the record of the takeover is not on the disk yet.
  for (const call of under.values()) recent.add({ call, outcome: undefined });
  const reader = new RequestReader(policy, null);
  const kept = recent.all();
  const clear = opened(dir, kept.map(textsOf), disk);
  for (const [index, captured] of kept.entries()) {
    const texts = clear[index];
    const write = texts && reader.recorded({ ...captured.call, ...texts.request });
    const answered = texts && answerOf(captured.outcome, texts.answer);
    if (write === undefined || answered === undefined) tellLost(shadow, captured);
    else shadow.restore(write, answered);
  }
}

const mayCapture = (agent: Agent): boolean => mayStandAt(agent, 'shadow');

/** The calls that a record ends, and how. */
function endsIn(record: Recorded): readonly (readonly [CallId, OutcomeEntry | undefined])[] {
  if (record.kind === 'outcome') return [[record.call, record]];
  return record.kind === 'recovery' ? record.unknown.map((id) => [id, undefined]) : [];
}

/** What of them may be sealed. The facts stay as they are: a session knows its subjects by them. */
function textsOf({ call: { target, headers, body }, outcome }: Captured): {
  readonly request: Pick<CallEntry, 'target' | 'headers' | 'body'>;
  readonly answer: string | null;
} {
  return { request: { target, headers, body }, answer: outcome?.answer ?? null };
}

/** The whole answer; `undefined` where the journal keeps only its beginning, or nothing. */
function answerOf(outcome: OutcomeEntry | undefined, text: string | null): MadeAnswer | undefined {
  if (outcome === undefined || outcome.status === null || outcome.answerBytes > ANSWER_KEPT_BYTES) return undefined;
  if (text === null && outcome.answerBytes > 0) return undefined;
  const { contentType, facts } = outcome;
  const headers = [
    ...(contentType === null ? [] : ['content-type', contentType]),
    ...(facts?.etag == null ? [] : ['etag', facts.etag]),
  ];
  return { status: outcome.status, headers, body: Buffer.from(text ?? '') };
}

function tellLost(shadow: Shadow, { call: { call: id, agent, grant, session, route, facts } }: Captured): void {
  shadow.lost({ id, agent, grant, session, route, subject: facts.subject });
}

/** The newest, within both bounds. */
class Recent {
  readonly #lost: (captured: Captured) => void;
  #kept: Captured[] = [];
  #from = 0;
  #bytes = 0;

  constructor(lost: (captured: Captured) => void) {
    this.#lost = lost;
  }

  add(captured: Captured): void {
    this.#kept.push(captured);
    this.#bytes += sizeOf(captured);
    while (this.#kept.length - this.#from > RESTORED_MAX || this.#bytes > RESTORED_MAX_BYTES) {
      const oldest = this.#kept[this.#from] as Captured;
      this.#from += 1;
      this.#bytes -= sizeOf(oldest);
      this.#lost(oldest);
    }
    if (this.#from <= RESTORED_MAX) return;
    this.#kept = this.#kept.slice(this.#from);
    this.#from = 0;
  }

  all(): readonly Captured[] {
    return this.#kept.slice(this.#from);
  }
}

/** In UTF-16 units, which is about what it takes. */
function sizeOf({ call, outcome }: Captured): number {
  return (call.body?.length ?? 0) + (outcome?.answer?.length ?? 0);
}
