import { unreachable } from '../../std/assert.ts';
import type { Harm, Oracle } from '../oracles/oracle.ts';
import { Arena } from './arena.ts';
import type { Course, Step } from './course.ts';
import type { Field } from './field.ts';
import { Violation } from './violation.ts';
import type { Watcher } from './watcher.ts';

/** Acts a course out, and gives the first harm that it does; `undefined`: none. */
export function runCourse(
  field: Field,
  oracles: readonly Oracle[],
  course: Course,
  watcher?: Watcher,
): Harm | undefined {
  const arena = new Arena(field, course.startsAt, oracles, watcher);
  for (const grant of course.grants) arena.admitGrant(grant);
  try {
    for (const step of course.steps) act(arena, step);
    arena.settle();
    return undefined;
  } catch (error) {
    if (error instanceof Violation) return error.harm;
    throw error;
  }
}

/** One step. */
export function act(arena: Arena, step: Step): void {
  switch (step.kind) {
    case 'call': {
      const { kind: _, grant, request, ...options } = step;
      arena.call(grant, request, options);
      return;
    }
    case 'wait':
      return arena.wait(step.ms);
    case 'restart':
      return arena.restart();
    case 'outside':
      arena.outside(step.request);
      return;
    case 'approve':
      arena.approve(step.agent);
      return;
    default:
      return unreachable(step);
  }
}
