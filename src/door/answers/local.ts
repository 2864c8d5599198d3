import type { ServerResponse } from 'node:http';
import type { Clock } from '../../std/clock.ts';
import { formatMoney } from '../../std/money.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Freeze } from '../../engine/event.ts';
import type { CallId, RouteId, UpstreamId } from '../../engine/ids.ts';
import { concerns } from '../../engine/policy.ts';
import type { Grant } from '../../journal/index.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import type { JournalPort } from '../judge/admit.ts';
import type { Freezer } from '../freezer.ts';
import { HOLDS_PATH, holdStatus } from './held.ts';
import { pathAt } from './path-at.ts';
import { stageWords, type Lacking } from './stage-words.ts';
import { readBody } from '../normal/body.ts';
import type { RequestHeaders } from '../normal/headers.ts';
import type { Method } from '../normal/method.ts';
import type { Refusal } from '../normal/refusal.ts';
import type { Target } from '../normal/target.ts';
import type { Sealer } from '../privacy/sealer.ts';
import { FAULT_PROBLEM, sendProblem } from './problem.ts';

/** What the door answers by itself, for agents. */
export const LOCAL_PREFIX = '/.interlock/';
export const FREEZE_PATH = '/.interlock/freeze';

/** A note is a thought, not a document. */
export const NOTE_MAX_CHARACTERS = 8_192;
/** Read by whoever is woken by it. */
export const FREEZE_REASON_MAX_CHARACTERS = 1_000;

interface Asking {
  readonly response: ServerResponse;
  readonly method: Method;
  readonly headers: RequestHeaders;
  readonly target: Target;
  readonly grant: Grant;
  /** The upstream whose own port it came in by; `undefined` on the common one. */
  readonly port: UpstreamId | undefined;
}

interface Sources {
  readonly engine: Engine;
  readonly journal: JournalPort;
  readonly clock: Clock;
  readonly policy: LoadedPolicy;
  readonly freezer: Freezer;
  readonly sealer: Sealer | null;
  readonly lacking: Lacking;
}

/** What an agent may ask and tell the door itself, frozen or not. Gives a refusal for anything else. */
export function answerLocally(asking: Asking, bytes: Buffer, sources: Sources): Refusal | undefined {
  switch (`${asking.method} ${asking.target.path}`) {
    case 'GET /.interlock/self':
      sendJson(asking.response, 200, self(asking, sources));
      return undefined;
    case 'POST /.interlock/notes':
      return note(asking, bytes, sources);
    case 'POST /.interlock/freeze':
      return freeze(asking, bytes, sources);
  }
  if (asking.method === 'GET' && asking.target.path.startsWith(HOLDS_PATH)) return hold(asking, sources);
  return {
    status: 404,
    reason: 'unknown_endpoint',
    detail: `The door itself answers GET /.interlock/self, GET ${HOLDS_PATH}{call}, POST /.interlock/notes and POST /.interlock/freeze.`,
  };
}

/** What an agent may do, and how much of it is left: so that it can plan instead of probing. */
function self({ grant, port }: Asking, { engine, clock, policy, lacking }: Sources): object {
  const at = clock.now();
  const agent = policy.policy.agents.get(grant.agent);
  const routes = (agent?.allow ?? [])
    .filter(({ route }) => grant.routes === null || grant.routes.includes(route))
    .map(({ route, when }) => ({
      route,
      ...callAt(port, route, policy),
      effect: policy.policy.routes.get(route)?.effect,
      ...(when === undefined ? {} : { when: when.source }),
    }));
  const limits = engine
    .levels(grant.agent, at)
    .map(({ guard, rule, limit, remaining, freesAt, routes: set, note }) => ({
      guard,
      rule,
      routes: set === 'all' ? 'all' : [...set],
      limit,
      remaining,
      ...(freesAt > at ? { nextFreeAt: new Date(freesAt).toISOString() } : {}),
      ...(note === undefined ? {} : { note }),
    }));
  const collars = (agent?.rules.collar ?? []).map(({ routes: set, min, max }) => ({
    routes: routes.map(({ route }) => route).filter((route) => concerns(set, route)),
    ...(min === undefined ? {} : { min: formatMoney(min) }),
    ...(max === undefined ? {} : { max: formatMoney(max) }),
  }));
  return {
    agent: grant.agent,
    task: grant.task,
    environment: grant.environment,
    ...stageWords(engine, grant.agent, at, lacking),
    expiresAt: new Date(grant.expiresAt).toISOString(),
    frozen: frozenJson(engine.frozen(grant.agent)),
    routes,
    limits,
    perCall: collars,
  };
}

/** How a route is called where the agent asks; of another upstream than the one whose port that is, where else. */
function callAt(port: UpstreamId | undefined, id: RouteId, { policy }: LoadedPolicy): object {
  const route = policy.routes.get(id);
  if (route === undefined) return {};
  const { method, upstream, template } = route;
  const here = pathAt(port, upstream, template);
  if (here !== null) return { call: `${method} ${here}` };
  return { call: `${method} ${pathAt(undefined, upstream, template)}`, at: ELSEWHERE };
}

const ELSEWHERE = 'the door’s common address';

/** Records what the agent says it decided, and why: `{"text": "…", "call": "call_…"}`. */
function note({ method, response, headers, grant }: Asking, bytes: Buffer, sources: Sources): Refusal | undefined {
  const body = readBody(method, headers.contentType, bytes);
  if (!body.ok) return body.failure;
  const { text, call = null } = (body.value.value ?? {}) as { text?: unknown; call?: unknown };
  if (typeof text !== 'string' || text === '' || text.length > NOTE_MAX_CHARACTERS) {
    const detail = `\`text\` must be a string of 1 to ${NOTE_MAX_CHARACTERS} characters.`;
    return { status: 422, reason: 'note_text', detail };
  }
  if (call !== null && (typeof call !== 'string' || !/^call_[0-9a-z]{1,40}$/.test(call))) {
    const detail = '`call` must be the value of an `interlock-call` header, or absent.';
    return { status: 422, reason: 'note_call', detail };
  }
  sources.journal.append({
    kind: 'note',
    at: sources.clock.now(),
    agent: grant.agent,
    grant: grant.id,
    session: headers.session ?? grant.id,
    call: call as CallId | null,
    text: sources.sealer?.note(text, call as CallId | null) ?? text,
  });
  sendJson(response, 201, { recorded: true });
  return undefined;
}

/** What became of one of this agent's own holds. Another agent's is as unknown as one that never was. */
function hold({ response, target, grant }: Asking, { engine, clock }: Sources): Refusal | undefined {
  const found = engine.holds.of(target.path.slice(HOLDS_PATH.length) as CallId);
  if (found?.agent !== grant.agent) {
    const detail = 'You have no hold of this name, or no longer. Send the call again to see where it stands.';
    return { status: 404, reason: 'hold_unknown', detail };
  }
  sendJson(response, 200, holdStatus(found, engine, clock.now()));
  return undefined;
}

/**
 * The agent stops itself: `{"reason": "…"}`. Always allowed; saying it again changes nothing. Answers once that is on the
 * disk. Only a human ends it.
 */
function freeze({ method, response, headers, grant }: Asking, bytes: Buffer, sources: Sources): Refusal | undefined {
  const body = readBody(method, headers.contentType, bytes);
  if (!body.ok) return body.failure;
  const { reason } = (body.value.value ?? {}) as { reason?: unknown };
  if (typeof reason !== 'string' || reason.trim() === '' || reason.length > FREEZE_REASON_MAX_CHARACTERS) {
    const detail = `\`reason\` must be a string of 1 to ${FREEZE_REASON_MAX_CHARACTERS} characters.`;
    return { status: 422, reason: 'freeze_reason', detail };
  }
  const { engine, freezer, journal } = sources;
  const { agent } = grant;
  if (engine.frozen(agent) === undefined) {
    freezer.stop({ agent, trip: 'freeze', by: 'agent', reason: reason.trim() });
  }
  const frozen = frozenJson(engine.frozen(agent));
  journal.durable().then(
    () => sendJson(response, 200, { agent, frozen, next: { do: 'stop' } }),
    () => sendProblem(response, FAULT_PROBLEM),
  );
  return undefined;
}

function frozenJson(freeze: Freeze | undefined): object | null {
  return freeze === undefined
    ? null
    : { since: new Date(freeze.at).toISOString(), by: freeze.by, reason: freeze.reason };
}

function sendJson(response: ServerResponse, status: number, value: object): void {
  const body = Buffer.from(JSON.stringify(value));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(body);
}
