import { concerns, type Agent } from '../../engine/policy.ts';
import type { Arena, CallOptions, Reply } from '../probe/arena.ts';
import type { ProbeRequest } from '../probe/course.ts';
import { mainOf, valuesOf, type Choice, type Values } from './fill.ts';
import type { Ground, Operation } from './ground.ts';
import { writeRequest } from './ground/write-request.ts';
import { tokenOf } from './token.ts';

/** Who calls what: an agent under one of its tokens, in one of its sessions, and the request. */
export interface Errand {
  readonly ground: Ground;
  readonly agent: Agent;
  /** Which of the agent's tokens, each for a task of its own. */
  readonly token: number;
  /** Which of several tokens for that task; absent: the first. */
  readonly copy?: number;
  /** Which of the token's sessions; 0: the token's own. */
  readonly session: number;
  readonly operation: Operation;
  readonly choice: Choice;
  readonly values: Values;
  readonly request: ProbeRequest;
  /** What the policy has the agent read before, for it means to be allowed. */
  readonly look: ProbeRequest | undefined;
  /** Where it reads whom it may pay, and the like: what provenance rules trust. */
  readonly sources: readonly ProbeRequest[];
}

/** An errand in whole numbers, each 0 where it is simplest. */
export interface ErrandChoice extends Choice {
  readonly agent: number;
  readonly token: number;
  readonly session: number;
}

/** From here on a subject is the newest of its kind when the call is made, the one before, …: what the run itself has made. */
export const NEWEST = 1_000;

export function errandOf(ground: Ground, operation: Operation, choice: ErrandChoice): Errand {
  const agent = agentsOf(ground, operation)[choice.agent % agentsOf(ground, operation).length] as Agent;
  const { token, session } = choice;
  const { values, request } = writtenOf(ground, operation, choice);
  return {
    ground,
    agent,
    token,
    session,
    operation,
    choice,
    values,
    request,
    look: lookOf(ground, agent, operation, choice),
    sources: sourcesOf(ground, agent, operation, choice),
  };
}

/** The same with other values or by another hand. */
export function instead(errand: Errand, change: Partial<ErrandChoice>): Errand {
  const { ground, operation, choice, token, session } = errand;
  const agent = agentsOf(ground, operation).indexOf(errand.agent);
  const made = errandOf(ground, operation, { ...choice, agent, token, session, ...change });
  return errand.copy === undefined ? made : { ...made, copy: errand.copy };
}

/** Does it, looking first where the policy asks for a look. */
export function act(arena: Arena, errand: Errand, options: CallOptions = {}): Reply {
  look(arena, errand);
  return write(arena, errand, options);
}

/** The look alone. */
export function look(arena: Arena, errand: Errand): void {
  const { look: request, sources } = present(arena, errand);
  for (const source of sources) arena.call(tokenFor(arena, errand), source, sessionOf(errand));
  if (request !== undefined) arena.call(tokenFor(arena, errand), request, sessionOf(errand));
}

/** The deed alone. */
export function write(arena: Arena, errand: Errand, options: CallOptions = {}): Reply {
  const { request } = present(arena, errand);
  return arena.call(tokenFor(arena, errand), request, { ...sessionOf(errand), ...options });
}

function tokenFor(arena: Arena, { ground, agent, token, copy }: Errand): string {
  return tokenOf(arena, ground, agent, token, copy);
}

function sessionOf({ session }: Errand): CallOptions {
  return session === 0 ? {} : { session: `run-${session}` };
}

/** Whether the agent is frozen: whatever it does from here on, nothing comes of it. */
export function isStopped({ reason }: Reply): boolean {
  return reason === 'agent_frozen';
}

/** The agents that may; where none may, all of them try. */
export function agentsOf(ground: Ground, { allowed }: Operation): readonly Agent[] {
  return allowed.length > 0 ? allowed : ground.agents;
}

interface Written {
  readonly values: Values;
  readonly request: ProbeRequest;
}

/** Requests as they were written at their first asking: the arena knows a request again by its identity. */
const WRITTEN = new WeakMap<Operation, Map<string, Written>>();

function writtenOf(ground: Ground, operation: Operation, choice: Choice): Written {
  let known = WRITTEN.get(operation);
  if (known === undefined) WRITTEN.set(operation, (known = new Map<string, Written>()));
  const key = `${choice.subject} ${choice.variant} ${choice.amount}`;
  let written = known.get(key);
  if (written === undefined) {
    const values = valuesOf(ground, operation, choice);
    known.set(key, (written = { values, request: writeRequest(operation, values) }));
  }
  return written;
}

/** The same of what runs have made: every run begins alike, so its ids are those of other runs. */
const WRITTEN_OF_ID = new WeakMap<Values, Map<string, Written>>();

function writtenOfId(operation: Operation, values: Values, main: string, id: string): Written {
  let known = WRITTEN_OF_ID.get(values);
  if (known === undefined) WRITTEN_OF_ID.set(values, (known = new Map<string, Written>()));
  let written = known.get(id);
  if (written === undefined) {
    const itsValues = { ...values, [main]: id };
    known.set(id, (written = { values: itsValues, request: writeRequest(operation, itsValues) }));
  }
  return written;
}

/** The read that a `fresh` rule asks for, of the same subject. */
function lookOf(ground: Ground, agent: Agent, operation: Operation, { subject }: Choice): ProbeRequest | undefined {
  const read = readBefore(ground, agent, operation);
  return read && writtenOf(ground, read, { subject, variant: 0, amount: 0 }).request;
}

/** The same of what the run itself has made. */
function lookAtMade(ground: Ground, agent: Agent, operation: Operation, id: string): ProbeRequest | undefined {
  const read = readBefore(ground, agent, operation);
  const main = read && mainOf(read);
  if (read === undefined || main === undefined) return undefined;
  const { values } = writtenOf(ground, read, { subject: 0, variant: 0, amount: 0 });
  return writtenOfId(read, values, main, id).request;
}

function readBefore(ground: Ground, agent: Agent, { route }: Operation): Operation | undefined {
  const rule = route === null ? undefined : agent.rules.fresh.find(({ routes }) => concerns(routes, route.id));
  return rule && ground.operations.find((one) => one.route !== null && rule.reads.includes(one.route.id));
}

/**
 * The reads that provenance rules trust, of what the field's own value goes with: the third account is the third vendor's,
 * where a business lists both in one order.
 */
function sourcesOf(ground: Ground, agent: Agent, operation: Operation, choice: Choice): readonly ProbeRequest[] {
  const { route } = operation;
  const rules = route === null ? [] : agent.rules.provenance.filter(({ routes }) => concerns(routes, route.id));
  return rules.flatMap(({ field, trusted }) => {
    const subject = field === mainOf(operation) ? choice.subject : choice.variant;
    const read = ground.operations.find((one) => one.route !== null && trusted.includes(one.route.id));
    return read === undefined ? [] : [writtenOf(ground, read, { subject, variant: 0, amount: 0 }).request];
  });
}

/** An errand about the newest of a kind, when it is run: about that very thing. Another errand is itself. */
export function present(arena: Arena, errand: Errand): Errand {
  const { ground, agent, operation, choice, values } = errand;
  const main = mainOf(operation);
  const field = operation.fields[main ?? ''];
  if (main === undefined || field?.kind !== 'id') return errand;
  // Of what there was none at the start, there may be some by now.
  const isMade = choice.subject >= NEWEST || (ground.ids[field.of] ?? []).length === 0;
  if (!isMade) return errand;
  const id = arena.ids(field.of).at(-1 - (choice.subject % NEWEST));
  if (id === undefined) return errand;
  const look = lookAtMade(ground, agent, operation, id);
  return { ...errand, choice: { ...choice, subject: 0 }, ...writtenOfId(operation, values, main, id), look };
}

/** `create_refund /v1/refunds charge=ch_1&amount=100 by refunds-bot` */
export function shown({ operation, agent, request, token, session }: Errand): string {
  const { route, method } = operation;
  const body = request.body === undefined ? '' : ` ${request.body}`;
  const hand = [token === 0 ? '' : ` (task ${token + 1})`, session === 0 ? '' : ` (run ${session})`].join('');
  return `${route?.id ?? method} ${request.target}${body} by ${agent.id}${hand}`;
}
