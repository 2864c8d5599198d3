import type { Course, ProbeGrant, Step } from '../course.ts';

/** Courses with fewer tokens and fewer sessions, and tokens of which less was said. */
export function* withFewerAskers(course: Course): Generator<Course> {
  yield* withoutIdleGrants(course);
  yield* withGrantsShared(course);
  yield* withFewerValues(course);
  yield* withFewerSessions(course);
}

function* withoutIdleGrants(course: Course): Generator<Course> {
  const used = new Set(course.steps.flatMap((step) => (step.kind === 'call' ? [step.grant] : [])));
  const grants = course.grants.filter(({ name }) => used.has(name));
  if (grants.length < course.grants.length) yield { ...course, grants };
}

/** What one token was used for is done with another. */
function* withGrantsShared(course: Course): Generator<Course> {
  const { grants, steps } = course;
  for (const spared of grants.toReversed()) {
    for (const kept of grants) {
      if (kept === spared) continue;
      yield {
        ...course,
        grants: grants.filter((grant) => grant !== spared),
        steps: steps.map((step) =>
          step.kind === 'call' && step.grant === spared.name ? { ...step, grant: kept.name } : step,
        ),
      };
    }
  }
}

function* withFewerValues(course: Course): Generator<Course> {
  const { grants } = course;
  for (const [index, grant] of grants.entries()) {
    const { values, ...bare } = grant;
    if (values === undefined) continue;
    yield { ...course, grants: grants.with(index, bare) };
    for (const name of Object.keys(values)) {
      const { [name]: _, ...rest } = values;
      const fewer: ProbeGrant = { ...bare, values: rest };
      yield { ...course, grants: grants.with(index, fewer) };
    }
  }
}

function* withFewerSessions(course: Course): Generator<Course> {
  const { steps } = course;
  const sessions = [...new Set(steps.flatMap((step) => (step.kind === 'call' ? (step.session ?? []) : [])))];
  if (sessions.length === 0) return;
  yield { ...course, steps: steps.map(withoutSession) };
  for (const spared of sessions.toReversed()) {
    const is = (step: Step): boolean => step.kind === 'call' && step.session === spared;
    yield { ...course, steps: steps.map((step) => (is(step) ? withoutSession(step) : step)) };
    for (const kept of sessions) {
      if (kept === spared) continue;
      yield { ...course, steps: steps.map((step) => (is(step) ? { ...(step as Call), session: kept } : step)) };
    }
  }
  for (const [index, step] of steps.entries()) {
    if (step.kind === 'call' && step.session !== undefined)
      yield { ...course, steps: steps.with(index, withoutSession(step)) };
  }
}

type Call = Extract<Step, { kind: 'call' }>;

function withoutSession(step: Step): Step {
  if (step.kind !== 'call') return step;
  const { session: _, ...rest } = step;
  return rest;
}
