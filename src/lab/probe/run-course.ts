import { unreachable } from '../../std/assert.ts';
import type { Harm, Oracle } from '../oracles/oracle.ts';
import { Arena, type Reply } from './arena.ts';
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

/** One step; the reply is an agent's alone. */
export function act(arena: Arena, step: Step): Reply | undefined {
  switch (step.kind) {
    case 'call': {
      const { grant, request, session, fault, lastsMs } = step;
      return arena.call(grant, request, {
        ...(session !== undefined && { session }),
        ...(fault !== undefined && { fault }),
        ...(lastsMs !== undefined && { lastsMs }),
      });
    }
    case 'wait':
      return void arena.wait(step.ms);
    case 'restart':
      return void arena.restart();
    case 'outside':
      return void arena.outside(step.request);
    case 'approve':
      return void arena.approve(step.agent);
    default:
      return unreachable(step);
  }
}
