import { unreachable } from '../../std/assert.ts';
import type { AgentId, CallId, GrantId, RouteId, UpstreamId } from '../../engine/ids.ts';
import type { Doer } from '../oracles/oracle.ts';
import type { Course, Step } from '../probe/course.ts';
import type { Field } from '../probe/field.ts';
import { meet, timetable } from '../probe/meeting.ts';
import type { Acted } from './acted.ts';
import { askedBy, CourseTown } from './course-town.ts';
import type { FoundScenario } from './found.ts';

/** A course's deeds, for its oracle. */
export interface ActedCourse extends Acted {
  readonly town: CourseTown;
}

/** The course straight on the businesses: every call gets there, and nobody starts again or asks a human. */
export async function courseUnguarded({ field, course }: FoundScenario): Promise<ActedCourse> {
  const { startsAt } = course;
  const town = new CourseTown(field, startsAt);
  let sent = 0;
  for (const step of course.steps) {
    switch (step.kind) {
      case 'call':
        sent += 1;
        await send(step, field, course, town);
        break;
      case 'wait':
        await town.pass(town.now + step.ms);
        break;
      case 'outside':
        town.outside(step.request);
        break;
      case 'restart':
      case 'approve':
        break;
      default:
        unreachable(step);
    }
  }
  await town.pass(Infinity);
  const { arrivals, deeds, othersDeeds } = town;
  return {
    town,
    startedAt: startsAt,
    durationMs: town.now - startsAt,
    outOfTime: false,
    arrivals,
    deeds: [...deeds, ...othersDeeds],
    said: [],
    sent,
    answered: sent,
    remarks: [],
  };
}

type CallStep = Extract<Step, { kind: 'call' }>;

/** The client waits for its answer as long as the door would. */
async function send(step: CallStep, field: Field, course: Course, town: CourseTown): Promise<void> {
  const { request, fault, lastsMs } = step;
  const { upstream, headers = {}, method, target, body = null } = request;
  town.arrivals.push({ at: town.now, upstream, method, target, body, journalBytes: 0 });
  const visit = { upstream, asked: askedBy(request), headers, by: doerOf(step, field, course, town) };
  town.arrive(visit);
  const patienceMs = field.loaded.upstreams.get(upstream as UpstreamId)?.limits.headTimeoutMs ?? 0;
  const { doneAt, heardAt } = timetable(town.now, fault, lastsMs, patienceMs);
  const done = (): void => void meet(fault, (crash) => town.visit(visit, crash));
  if (doneAt <= town.now) done();
  else town.agenda.enter({ at: doneAt, happen: done });
  if (lastsMs === undefined) await town.pass(heardAt);
}

/** The call that the door would have taken it for; one that it would not have taken is a call of no route. */
function doerOf(
  { grant: name, request, session = '' }: CallStep,
  field: Field,
  course: Course,
  town: CourseTown,
): Doer {
  const told = course.grants.find((grant) => grant.name === name);
  const { agent = '', task = '', values } = told ?? {};
  const grant = {
    id: name as GrantId,
    tokenHash: '',
    agent: agent as AgentId,
    task,
    environment: field.loaded.environment,
    routes: null,
    ...(values !== undefined && { values }),
    expiresAt: Infinity,
    parent: null,
  };
  const identity = { id: `call_${town.arrivals.length}` as CallId, at: town.now };
  const prepared = field.preparations.of(request, session);
  const read = prepared.ok
    ? field.reader.read(prepared.value.head, prepared.value.address, prepared.value.bytes, grant, () => identity)
    : prepared;
  if (read.ok) return read.value.call;
  return {
    ...identity,
    agent: grant.agent,
    grant: grant.id,
    task,
    session: session === '' ? name : session,
    route: '(unrouted)' as RouteId,
    effect: 'destructive',
    subject: null,
    amount: null,
  };
}
