import type { Instant } from '../../std/clock.ts';
import type { Call } from '../../engine/call.ts';
import type { Decision } from '../../engine/decision.ts';
import type { Effectiveness, Freeze } from '../../engine/event.ts';
import type { CallId } from '../../engine/ids.ts';
import type { Deed, Harm, Oracle } from '../oracles/oracle.ts';
import { ARRIVAL } from '../sandbox/scenario.ts';
import { Arena } from './arena.ts';
import type { Course, Step } from './course.ts';
import type { Field } from './field.ts';
import { act } from './run-course.ts';
import { Violation } from './violation.ts';
import type { Watcher } from './watcher.ts';

/** What became of one step. */
export interface StepAccount {
  readonly step: Step;
  /** When it began. */
  readonly at: Instant;
  /** Of a request that became a call. */
  readonly judged?: { readonly call: Call; readonly decision: Decision };
  /** Why a request became none. */
  readonly refused?: string;
  /** It reached its business. */
  readonly arrived?: true;
  /** What it did there, whenever that was. */
  readonly deeds: readonly Deed[];
  readonly ended?: { readonly at: Instant; readonly effectiveness: Effectiveness; readonly status: number | null };
  readonly freezes: readonly Freeze[];
  /** Of a restart: calls whose outcome was lost. */
  readonly lost?: number;
  /** Of an approval: whether anything waited for one. */
  readonly approved?: boolean;
}

/** A course acted out once more, step by step, for people who want to know what happened. */
export interface Account {
  readonly steps: readonly StepAccount[];
  readonly harm: Harm | undefined;
}

type Writing = { -readonly [Key in keyof StepAccount]: StepAccount[Key] } & { deeds: Deed[]; freezes: Freeze[] };

/** @param oracle sees the harm where the account ends; absent: it goes on to the course's end */
export function accountOf(field: Field, course: Course, oracle?: Oracle): Account {
  const steps: Writing[] = [];
  const byCall = new Map<CallId, Writing>();
  const now = (): Writing => steps.at(-1) as Writing;
  const watcher: Watcher = {
    decided: (call, decision, request) => {
      byCall.set(call.id, now());
      if (request !== undefined) now().judged = { call, decision };
    },
    refused: (_at, reason) => void (now().refused = reason),
    arrived: ({ id }) => {
      const of = byCall.get(id);
      if (of !== undefined) of.arrived = true;
    },
    deed: (deed) => {
      const of = (deed.by === null ? undefined : byCall.get(deed.by.id)) ?? now();
      if (deed.entry.kind !== ARRIVAL) of.deeds.push(deed);
    },
    ended: ({ id }, at, effectiveness, status) => {
      const of = byCall.get(id);
      if (of?.judged?.call.id === id) of.ended = { at, effectiveness, status };
    },
    frozen: (freeze) => void now().freezes.push(freeze),
    restarted: (_at, lost) => void (now().lost = lost),
  };
  const arena = new Arena(field, course.startsAt, oracle === undefined ? [] : [oracle], watcher);
  for (const grant of course.grants) arena.admitGrant(grant);
  try {
    for (const step of course.steps) {
      steps.push({ step, at: arena.now, deeds: [], freezes: [] });
      if (step.kind === 'approve') now().approved = arena.approve(step.agent);
      else act(arena, step);
    }
    arena.settle();
    return { steps, harm: undefined };
  } catch (error) {
    if (error instanceof Violation) return { steps, harm: error.harm };
    throw error;
  }
}
