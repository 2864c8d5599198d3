import { fail, ok, type Result } from '../std/result.ts';
import type { CallId, RouteId } from '../engine/ids.ts';
import { DENIED_BODY_KEPT } from '../door/judge/admit.ts';
import { RequestReader, type Reading } from '../door/judge/reading.ts';
import type { RequestHeaders } from '../door/normal/headers.ts';
import { readMethod } from '../door/normal/method.ts';
import { readTarget } from '../door/normal/target.ts';
import type { CallEntry, Grant } from '../journal/index.ts';
import type { LoadedPolicy } from '../policy/index.ts';
import { holdsSealed, Watch } from './watch.ts';

/** Reads recorded requests anew under a candidate, by the door's own reader. What is not in the record is no guess of ours. */
export class RequestAgain {
  readonly watch: Watch;
  readonly #reader: RequestReader;
  readonly #candidate: LoadedPolicy;

  constructor(candidate: LoadedPolicy) {
    this.#candidate = candidate;
    this.watch = new Watch(candidate.policy);
    this.#reader = new RequestReader({ ...candidate, policy: this.watch.policy }, null);
  }

  /** The candidate's route; the failure says why it cannot be told. */
  route(record: CallEntry): Result<RouteId, string> {
    const addressed = this.#address(record);
    return addressed.ok ? ok(addressed.value.address.route?.id ?? UNROUTED) : addressed;
  }

  /** The whole request; the failure says what of it is missing. */
  read(record: CallEntry, grant: Grant): Result<Reading, string> {
    const addressed = this.#address(record);
    if (!addressed.ok) return addressed;
    const { head, address } = addressed.value;
    const missing = missingBody(record);
    if (missing !== undefined) return fail(missing);
    const body = Buffer.from(record.body ?? '');
    this.watch.begin(holdsSealed(record.body ?? '') || holdsSealed(record.target) || sealedHeaders(record));
    const identity = (): { id: CallId; at: number } => ({ id: record.call, at: record.at });
    const read = this.#reader.read(head, address, body, grant, identity, record.opaque?.sha256);
    return read.ok ? read : fail(`the candidate’s door would refuse the request: ${read.failure.reason}`);
  }

  #address(record: CallEntry) {
    const method = readMethod(record.method);
    const target = readTarget(record.target);
    if (!method.ok || !target.ok) return fail('target unreadable');
    if (/^\/(sealed_[A-Za-z0-9_-]{43})$/.test(record.target)) return fail('target erased or sealed');
    if (!this.#candidate.upstreams.has(record.upstream as never)) return fail('the candidate has no such upstream');
    const head = { method: method.value, headers: headersOf(record), target: target.value };
    const address = this.#reader.address(head, record.upstream as never);
    return address.ok ? ok({ head, address: address.value }) : fail(address.failure.detail);
  }
}

/** What a call to no route of the candidate is. */
export const UNROUTED = '(unrouted)' as RouteId;

/** Why the body is not what was sent; `undefined`: it is. */
function missingBody({ body, verdict, opaque }: CallEntry): string | undefined {
  if (opaque !== undefined) return 'body never read';
  if (body === null) return undefined;
  // What was not sent is kept to a length; an allowed body may be exactly as long.
  if (verdict !== 'allow' && verdict !== 'capture' && body.length >= DENIED_BODY_KEPT) return 'body cut';
  return /^sealed_[A-Za-z0-9_-]{43}$/.test(body) ? 'body erased or sealed' : undefined;
}

function sealedHeaders({ headers }: CallEntry): boolean {
  return Object.values(headers).some(holdsSealed);
}

/** The recorded headers as the door had read them. */
function headersOf({ headers, session }: CallEntry): RequestHeaders {
  const own = (name: string): string | undefined => (Object.hasOwn(headers, name) ? headers[name] : undefined);
  return {
    forward: [],
    judged: headers,
    authorization: undefined,
    apiKeys: {},
    contentType: own('content-type'),
    contentLength: undefined,
    chunked: false,
    host: '',
    offersHttp2: false,
    session,
    idempotencyKey: own('idempotency-key') ?? own('x-idempotency-key'),
  };
}
