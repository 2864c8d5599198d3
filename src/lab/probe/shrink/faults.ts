import type { Course, Step } from '../course.ts';
import type { Fault } from '../../world/faults.ts';

/** What may stand for a fault, the simplest first. */
const SIMPLER: readonly Fault[] = [
  { kind: 'status', status: 503 },
  { kind: 'reset', when: 'before' },
  { kind: 'reset', when: 'after' },
  { kind: 'crash', when: 'after' },
  { kind: 'hang', commit: true },
];

/** Courses in which less goes wrong, or something commoner. */
export function* withSimplerFaults(course: Course): Generator<Course> {
  const { steps } = course;
  const faulty = steps.flatMap((step, index) => (step.kind === 'call' && step.fault !== undefined ? [index] : []));
  if (faulty.length > 1) yield { ...course, steps: steps.map(withoutFault) };
  for (const index of faulty) {
    yield { ...course, steps: steps.with(index, withoutFault(steps[index] as Step)) };
    for (const fault of SIMPLER) yield { ...course, steps: steps.with(index, { ...(steps[index] as Call), fault }) };
  }
}

type Call = Extract<Step, { kind: 'call' }>;

function withoutFault(step: Step): Step {
  if (step.kind !== 'call') return step;
  const { fault: _, ...rest } = step;
  return rest;
}
