import { fail, ok, type Result } from '../../std/result.ts';
import type { Address, Head, RequestReader } from '../../door/judge/reading.ts';
import { readHeaders } from '../../door/normal/headers.ts';
import { readMethod } from '../../door/normal/method.ts';
import { readTarget } from '../../door/normal/target.ts';
import { type AskedOfWorld, readRequest } from '../world/request.ts';
import type { ProbeRequest } from './course.ts';

/** A request read by the door's lights and by the business's: nothing of it depends on when it is sent, or by whom. */
export interface Prepared {
  readonly head: Head;
  readonly address: Address;
  readonly bytes: Buffer;
  /** `undefined`: the business cannot read it, and answers 400. */
  readonly asked: AskedOfWorld | undefined;
}

/** Why a request never becomes a call: its reason code, and the status it is answered with. */
export interface RefusedUnread {
  readonly status: number;
  readonly reason: string;
}

export type PreparedOrNot = Result<Prepared, RefusedUnread>;

/**
 * Requests as they were read at their first sending: an adversary sends the same ones again and again.
 * The session that a request names is part of its head.
 */
export class Preparations {
  readonly #reader: RequestReader;
  readonly #known = new WeakMap<ProbeRequest, Map<string, PreparedOrNot>>();

  constructor(reader: RequestReader) {
    this.#reader = reader;
  }

  /** @param session empty: none is named */
  of(request: ProbeRequest, session: string): PreparedOrNot {
    let bySession = this.#known.get(request);
    if (bySession === undefined) this.#known.set(request, (bySession = new Map<string, PreparedOrNot>()));
    let prepared = bySession.get(session);
    if (prepared === undefined) bySession.set(session, (prepared = prepare(request, session, this.#reader)));
    return prepared;
  }
}

function prepare(request: ProbeRequest, session: string, reader: RequestReader): PreparedOrNot {
  const { upstream, method: verb, target: wanted, headers: own = {}, body = '' } = request;
  const method = readMethod(verb);
  if (!method.ok) return fail(method.failure);
  const bytes = Buffer.from(body);
  const framing = bytes.length === 0 ? [] : ['content-length', String(bytes.length)];
  const named = session === '' ? [] : ['interlock-session', session];
  const headers = readHeaders(['host', 'door.test', ...Object.entries(own).flat(), ...named, ...framing]);
  if (!headers.ok) return fail(headers.failure);
  const target = readTarget(`/${upstream}${wanted}`);
  if (!target.ok) return fail(target.failure);
  const head: Head = { method: method.value, headers: headers.value, target: target.value };
  const address = reader.address(head, undefined);
  if (!address.ok) return fail(address.failure);
  const asked = readRequest(verb, address.value.forwarded, headers.value.contentType, body);
  return ok({ head, address: address.value, bytes, asked: asked.ok ? asked.value : undefined });
}
