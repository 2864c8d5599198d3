import { hash } from 'node:crypto';
import { fail, ok, type Result } from '../../std/result.ts';
import type { Route } from '../../engine/policy.ts';
import type { CallId } from '../../engine/ids.ts';
import { readHeaders } from '../../door/normal/headers.ts';
import { readMethod } from '../../door/normal/method.ts';
import { readTarget } from '../../door/normal/target.ts';
import { RequestReader, type Address, type Head, type Reading } from '../../door/judge/reading.ts';
import type { Refusal } from '../../door/normal/refusal.ts';
import type { Sealer } from '../../door/privacy/sealer.ts';
import type { Grant } from '../../journal/index.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import { candidates } from './address.ts';
import { incomplete, unmatched, type Exchange, type Flaw, type RecordedRequest } from './recording.ts';

interface Addressed {
  readonly head: Head;
  readonly address: Address;
}

/**
 * Reads recorded requests by the door's own normal form. The failure says why one is no call, in the door's words.
 * At the door a path that no route has is a call that is denied; in a recording it is a call of another API.
 */
export class ExchangeReader {
  readonly #policy: LoadedPolicy;
  readonly #requests: RequestReader;

  constructor(policy: LoadedPolicy, sealer: Sealer | null) {
    this.#policy = policy;
    this.#requests = new RequestReader(policy, sealer);
  }

  read({ at, session, request }: Exchange, grant: Grant, id: CallId): Result<Reading, Flaw> {
    const addressed = this.#address(request);
    if (!addressed.ok) return addressed;
    const { head, address } = addressed.value;
    if (request.bodyUnknown === true && this.#needsBody(address.route))
      return fail(incomplete(`its body was not recorded, and rules of \`${address.route?.id}\` read it`));
    const read = this.#requests.read(head, address, request.body, grant, () => ({ id, at }));
    if (!read.ok) return fail(refused(read.failure));
    // In shadow no answer has to be made up here: the recording has the one that came.
    const { unanswerable: _, ...call } = read.value.call;
    if (request.bodyUnknown !== true) return ok({ ...read.value, call: { ...call, session } });
    // No two such calls are known to be the same.
    const fingerprint = hash('sha256', `${call.fingerprint} ${id}`).slice(0, 32);
    return ok({ ...read.value, call: { ...call, session, fingerprint } });
  }

  #needsBody(route: Route | undefined): boolean {
    if (route === undefined) return false;
    const reads = this.#policy.reads.get(route.id);
    return (reads !== undefined && reads.body.size > 0) || route.shape !== undefined;
  }

  /** The one route that a recorded address means. */
  #address({ method: written, address, headers: raw }: RecordedRequest): Result<Addressed, Flaw> {
    const method = readMethod(written);
    if (!method.ok) return fail(refused(method.failure));
    const headers = readHeaders(raw);
    if (!headers.ok) return fail(refused(headers.failure));
    const near = candidates(address, this.#policy);
    if (!near.ok) return near;
    const found: Addressed[] = [];
    let why = 'the policy has no upstream';
    for (const { upstream, target: text } of near.value) {
      const target = readTarget(text);
      if (!target.ok) return fail(refused(target.failure));
      const head = { method: method.value, headers: headers.value, target: target.value };
      const meant = this.#requests.address(head, upstream);
      if (meant.ok && meant.value.route !== undefined) found.push({ head, address: meant.value });
      else why = `no route of the policy matches ${written} ${target.value.path}`;
    }
    const [only] = found;
    if (only === undefined) return fail(unmatched(why));
    if (found.length === 1) return ok(only);
    return fail({ reason: 'ambiguous', why: `its path is a route of ${found.length} upstreams` });
  }
}

/** What the door would have answered to it. */
const refused = ({ detail }: Refusal): Flaw => ({ reason: 'refused', why: detail });
