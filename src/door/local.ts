import type { ServerResponse } from 'node:http';
import type { Clock } from '../std/clock.ts';
import { formatMoney } from '../std/money.ts';
import type { Engine } from '../engine/engine.ts';
import type { CallId } from '../engine/ids.ts';
import { concerns } from '../engine/policy.ts';
import type { Grant } from '../journal/index.ts';
import type { LoadedPolicy } from '../policy/index.ts';
import type { JournalPort } from './admit.ts';
import { readBody } from './normal/body.ts';
import type { RequestHeaders } from './normal/headers.ts';
import type { Method } from './normal/method.ts';
import type { Refusal } from './normal/refusal.ts';
import type { Target } from './normal/target.ts';

/** What the door answers by itself, for agents. */
export const LOCAL_PREFIX = '/.interlock/';

/** A note is a thought, not a document. */
const NOTE_MAX_CHARACTERS = 8_192;

interface Asking {
  readonly response: ServerResponse;
  readonly method: Method;
  readonly headers: RequestHeaders;
  readonly target: Target;
  readonly grant: Grant;
}

interface Sources {
  readonly engine: Engine;
  readonly journal: JournalPort;
  readonly clock: Clock;
  readonly policy: LoadedPolicy;
}

/** `GET /.interlock/self` and `POST /.interlock/notes`. Gives a refusal for anything else. */
export function answerLocally(asking: Asking, bytes: Buffer, sources: Sources): Refusal | undefined {
  switch (`${asking.method} ${asking.target.path}`) {
    case 'GET /.interlock/self':
      sendJson(asking.response, 200, self(asking.grant, sources));
      return undefined;
    case 'POST /.interlock/notes':
      return note(asking, bytes, sources);
    default:
      return {
        status: 404,
        reason: 'unknown_endpoint',
        detail: 'The door itself answers GET /.interlock/self and POST /.interlock/notes.',
      };
  }
}

/** What an agent may do, and how much of it is left: so that it can plan instead of probing. */
function self(grant: Grant, { engine, clock, policy }: Sources): object {
  const at = clock.now();
  const agent = policy.policy.agents.get(grant.agent);
  const routes = (agent?.allow ?? [])
    .filter(({ route }) => grant.routes === null || grant.routes.includes(route))
    .map(({ route: id, when }) => {
      const route = policy.policy.routes.get(id);
      return {
        route: id,
        call: `${route?.method} /${route?.upstream}${route?.template}`,
        effect: route?.effect,
        ...(when === undefined ? {} : { when: when.source }),
      };
    });
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
  const frozen = engine.frozen(grant.agent);
  return {
    agent: grant.agent,
    task: grant.task,
    environment: grant.environment,
    stage: agent?.stage,
    expiresAt: new Date(grant.expiresAt).toISOString(),
    frozen: frozen === undefined ? null : { since: new Date(frozen.at).toISOString(), reason: frozen.reason },
    routes,
    limits,
    perCall: collars,
  };
}

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
    text,
  });
  sendJson(response, 201, { recorded: true });
  return undefined;
}

function sendJson(response: ServerResponse, status: number, value: object): void {
  const body = Buffer.from(JSON.stringify(value));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(body);
}
