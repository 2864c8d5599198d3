import { assert } from '../../std/assert.ts';
import type { Json } from '../../std/canonical-json.ts';
import type { Instant } from '../../std/clock.ts';
import type { CallId } from '../../engine/ids.ts';
import type { Verdict } from '../../engine/decision.ts';
import type { Oracle } from '../oracles/oracle.ts';
import type { Fault } from '../world/faults.ts';
import type { WorldAnswer } from '../world/world.ts';
import type { Course, ProbeRequest, Step } from './course.ts';
import type { Field } from './field.ts';
import type { Watcher } from './watcher.ts';

/** What an agent is told. */
export interface Reply {
  /** `refused`: it never became a call, for it has two readings or means no upstream. */
  readonly verdict: Verdict | 'refused';
  /** The business's, or the door's own; `null`: no answer came, or it has not come yet. */
  readonly status: number | null;
  readonly body: Json;
  /** Of what the door refused: the reason code. */
  readonly reason: string | null;
  /** How long the door or the business asks to wait. */
  readonly retryAfterMs: number | null;
  readonly call: CallId | null;
}

export interface CallOptions {
  readonly session?: string;
  readonly fault?: Fault;
  readonly lastsMs?: number;
}

/**
 * One run: businesses, the door's judgement and a clock that nobody waits for. Whatever decides at the door decides here,
 * from reading a request to folding the journal after a crash; only sockets, disks and real time are left out.
 *
 * Every method that makes something happen throws `Violation` as soon as an oracle sees harm.
 */
export class Arena {
  readonly #field: Field;
  readonly #steps: Step[] = [];

  constructor(field: Field, startsAt: Instant, oracles: readonly Oracle[], watcher: Watcher = {}) {
    this.#field = field;
    assert(startsAt >= field.startsAt, 'a run begins when its businesses are there');
    void oracles;
    void watcher;
  }

  get now(): Instant {
    throw new Error('not built yet');
  }

  /** A token that a human makes now for an agent and a task. Gives its name. */
  grant(_agent: string, _task: string, _values?: Readonly<Record<string, readonly string[]>>): string {
    throw new Error('not built yet');
  }

  call(_grant: string, _request: ProbeRequest, _options: CallOptions = {}): Reply {
    throw new Error('not built yet');
  }

  /** Lets time pass; what is due meanwhile arrives at its time. */
  wait(_ms: number): void {
    throw new Error('not built yet');
  }

  restart(): void {
    throw new Error('not built yet');
  }

  /** Somebody else asks the business, with its own key. */
  outside(_request: ProbeRequest): WorldAnswer {
    throw new Error('not built yet');
  }

  /** A human approves the agent's oldest held call. False where none waits. */
  approve(_agent: string): boolean {
    throw new Error('not built yet');
  }

  /** Ids of a kind that the businesses have by now. */
  ids(_kind: string): readonly string[] {
    throw new Error('not built yet');
  }

  /** Lets what is under way end: the last thing of a run. */
  settle(): void {
    throw new Error('not built yet');
  }

  /** What has happened so far, to be acted out again. */
  course(): Course {
    return { startsAt: this.#field.startsAt, grants: [], steps: this.#steps };
  }
}
