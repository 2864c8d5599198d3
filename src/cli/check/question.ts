import { fail, ok, type Result } from '../../std/result.ts';
import type { Instant } from '../../std/clock.ts';
import { withPrecondition, type Call } from '../../engine/call.ts';
import { isAdmitted, type Decision } from '../../engine/decision.ts';
import type { Engine } from '../../engine/engine.ts';
import type { AgentId, CallId, GrantId, UpstreamId } from '../../engine/ids.ts';
import type { Request } from '../../engine/policy.ts';
import { nextStep, type NextStep } from '../../door/answers/next-step.ts';
import { readHeaders } from '../../door/normal/headers.ts';
import { readMethod } from '../../door/normal/method.ts';
import { readTarget } from '../../door/normal/target.ts';
import { ASSUMED } from '../../door/judge/precondition-read.ts';
import type { Sealer } from '../../door/privacy/sealer.ts';
import { RequestReader, type Address, type Head, type Reading } from '../../door/judge/reading.ts';
import type { Grant } from '../../journal/index.ts';
import type { LoadedPolicy } from '../../policy/index.ts';

/** A call that nobody makes: what the guards would say of it. */
export interface Question {
  /** `POST /v1/refunds`, or with the upstream's prefix. */
  readonly line: string;
  readonly agent: string;
  readonly task: string;
  readonly body: string;
  readonly headers: readonly string[];
  /** What the grant would declare, by name. */
  readonly values: Readonly<Record<string, readonly string[]>>;
}

/** What a route with a precondition demands of the read: `response.body.refunded == false`. */
function requirementOf({ policy: { routes } }: LoadedPolicy, { route }: Call): string | null {
  return routes.get(route)?.precondition?.source ?? null;
}

export interface Explanation {
  /** What would have to hold when the door reads the subject, just before sending; `null`: nothing. */
  readonly condition: string | null;
  readonly call: Call;
  readonly request: Request;
  readonly decision: Decision;
  readonly next: NextStep | null;
}

/**
 * Reads the question as the door would read the request, and asks the engine; nothing is recorded or sent.
 *
 * @param sealer by which the engine's history knows personal data; `null` where it has none
 */
export function explain(
  policy: LoadedPolicy,
  engine: Engine,
  at: Instant,
  question: Question,
  sealer: Sealer | null = null,
): Result<Explanation, string> {
  const reading = read(policy, at, question, sealer);
  if (!reading.ok) return reading;
  const { call, request, wire } = reading.value;
  // The door would read the subject first; nobody reads here, so the rest is judged as if all were as it must be.
  const isRead = call.particulars?.precondition != null;
  const decided = engine.decide(withPrecondition(call, ASSUMED));
  const told = wire.sealing?.told(call, decided) ?? { call, decision: decided };
  const { decision } = told;
  const next = isAdmitted(decision.verdict) ? null : nextStep(told.call, decision.decisive, policy, undefined);
  return ok({ call: told.call, request, decision, next, condition: isRead ? requirementOf(policy, call) : null });
}

function read(
  policy: LoadedPolicy,
  at: Instant,
  { line, agent, task, body, headers, values }: Question,
  sealer: Sealer | null,
): Result<Reading, string> {
  const [verb = '', path = ''] = line.trim().split(/\s+/);
  const method = readMethod(verb);
  if (!method.ok) return fail(`\`${line}\`: ${method.failure.detail}`);
  const target = readTarget(path);
  if (!target.ok) return fail(`\`${line}\`: ${target.failure.detail}`);
  const unnamed = headers.find((header) => !header.includes(':'));
  if (unnamed !== undefined) return fail(`Failed to read --header \`${unnamed}\`; write "Name: value".`);
  const bytes = Buffer.from(body);
  const fields = readHeaders([...rawHeaders(headers), ...bodyHeaders(headers, body, bytes.length)]);
  if (!fields.ok) return fail(fields.failure.detail);
  const head: Head = { method: method.value, target: target.value, headers: fields.value };
  const reader = new RequestReader(policy, sealer);
  const address = addressOf(reader, head, policy);
  if (!address.ok) return address;
  if (!policy.policy.agents.has(agent as AgentId)) {
    return fail(`The policy has no agent \`${agent}\`; it has ${[...policy.policy.agents.keys()].join(', ')}.`);
  }
  const reading = reader.read(
    head,
    address.value,
    bytes,
    grantFor(policy, agent, task, sealer?.declared(values) ?? values),
    () => ({
      id: ASKED,
      at,
    }),
  );
  return reading.ok
    ? reading
    : fail(`The door would refuse to read it (${reading.failure.status}): ${reading.failure.detail}`);
}

const ASKED = 'call_asked' as CallId;
const FORM = 'application/x-www-form-urlencoded';

function rawHeaders(headers: readonly string[]): string[] {
  const pairs = headers.flatMap((header) => {
    const colon = header.indexOf(':');
    return [header.slice(0, colon), header.slice(colon + 1).trim()];
  });
  return ['host', 'door', ...pairs];
}

/** What a client says of its body by itself: its length and, where the question names no type, what the body looks like. */
function bodyHeaders(headers: readonly string[], body: string, length: number): string[] {
  if (body === '') return [];
  const isNamed = headers.some((header) => /^content-type\s*:/i.test(header));
  const type = /^\s*[[{]/.test(body) ? 'application/json' : FORM;
  return ['content-length', String(length), ...(isNamed ? [] : ['content-type', type])];
}

/** By its prefix, or as the one upstream on whose own port it would be a known route. */
function addressOf(reader: RequestReader, head: Head, policy: LoadedPolicy): Result<Address, string> {
  const prefixed = reader.address(head, undefined);
  if (prefixed.ok) return prefixed;
  const found = [...policy.upstreams.keys()].flatMap((upstream: UpstreamId) => {
    const address = reader.address(head, upstream);
    return address.ok && address.value.route !== undefined ? [address.value] : [];
  });
  const [only] = found;
  if (only !== undefined && found.length === 1) return ok(only);
  if (found.length === 0) return fail(`No route matches. ${prefixed.failure.detail}`);
  return fail(
    `Several upstreams have this route; put one in front: /${found.map(({ upstream }) => upstream).join(', /')}.`,
  );
}

function grantFor(policy: LoadedPolicy, agent: string, task: string, values: Question['values']): Grant {
  return {
    id: 'grant_asked' as GrantId,
    tokenHash: '',
    agent: agent as AgentId,
    task,
    environment: policy.environment,
    routes: null,
    values,
    expiresAt: Number.MAX_SAFE_INTEGER,
    parent: null,
  };
}
