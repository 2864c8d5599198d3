import type { Agent } from '../../engine/policy.ts';
import { concerns } from '../../engine/policy.ts';
import type { Arena, CallOptions, Reply } from '../probe/arena.ts';
import type { ProbeRequest } from '../probe/course.ts';
import { valuesOf, type Choice, type Values } from './fill.ts';
import type { Ground, Operation } from './ground.ts';
import { writeRequest } from './ground/write-request.ts';
import { tokenOf } from './token.ts';

/** Who calls what: an agent under one of its tokens, in one of its sessions, and the request. */
export interface Errand {
  readonly ground: Ground;
  readonly agent: Agent;
  /** Which of the agent's tokens. */
  readonly token: number;
  /** Which of the token's sessions; 0: the token's own. */
  readonly session: number;
  readonly operation: Operation;
  readonly choice: Choice;
  readonly values: Values;
  readonly request: ProbeRequest;
  /** What the policy has the agent read before, for it means to be allowed. */
  readonly look: ProbeRequest | undefined;
}

/** An errand in whole numbers, each 0 where it is simplest. */
export interface ErrandChoice extends Choice {
  readonly agent: number;
  readonly token: number;
  readonly session: number;
}

export function errandOf(ground: Ground, operation: Operation, choice: ErrandChoice): Errand {
  const agents = operation.allowed.length > 0 ? operation.allowed : ground.agents;
  const agent = agents[choice.agent % agents.length] as Agent;
  const values = valuesOf(ground, operation, choice);
  const { token, session } = choice;
  const request = writeRequest(operation, values);
  const look = lookOf(ground, agent, operation, choice);
  return { ground, agent, token, session, operation, choice, values, request, look };
}

/** The same with other values or by another hand. */
export function instead(errand: Errand, change: Partial<ErrandChoice>): Errand {
  const { ground, operation, choice, token, session, agent } = errand;
  const agents = operation.allowed.length > 0 ? operation.allowed : ground.agents;
  return errandOf(ground, operation, { ...choice, agent: agents.indexOf(agent), token, session, ...change });
}

/** Does it, looking first where the policy asks for a look. */
export function act(arena: Arena, errand: Errand, options: CallOptions = {}): Reply {
  const { ground, agent, token, request, look } = errand;
  const grant = tokenOf(arena, ground, agent, token);
  const session = sessionOf(errand);
  if (look !== undefined) arena.call(grant, look, session);
  return arena.call(grant, request, { ...session, ...options });
}

function sessionOf({ session }: Errand): CallOptions {
  return session === 0 ? {} : { session: `run-${session}` };
}

/** The read that a `fresh` rule asks for, of the same subject. */
function lookOf(ground: Ground, agent: Agent, { route }: Operation, choice: Choice): ProbeRequest | undefined {
  if (route === null) return undefined;
  const rule = agent.rules.fresh.find(({ routes }) => concerns(routes, route.id));
  const read = ground.operations.find((one) => one.route !== null && rule?.reads.includes(one.route.id));
  return read && writeRequest(read, valuesOf(ground, read, { ...choice, variant: 0 }));
}

/** `create_refund charge:ch_1 5.00 USD by refunds-bot` */
export function shown({ operation, agent, request, token, session }: Errand): string {
  const { route, method } = operation;
  const what = route === null ? `${method} ${request.target}` : `${route.id} ${request.target}`;
  const body = request.body === undefined ? '' : ` ${request.body}`;
  return `${what}${body} by ${agent.id}${token === 0 ? '' : ` (token ${token})`}${session === 0 ? '' : ` (run ${session})`}`;
}
