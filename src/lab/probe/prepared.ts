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

/** Requests that are remembered before it begins anew: more than a batch of runs sends, and some megabytes. */
const REMEMBERED_MAX = 20_000;

/**
 * Requests as they were read at their first sending. Adversaries send the same ones again and again, within a run and from run
 * to run, and to read one costs as much as to judge it. Which object a request is does not matter, only what it says: one that
 * is met again as the object that it was is known sooner.
 */
export class Preparations {
  readonly #reader: RequestReader;
  readonly #known = new Map<string, PreparedOrNot>();
  /** The same by object and session: most requests are sent again as the object that they were. */
  readonly #again = new WeakMap<ProbeRequest, { readonly session: string; readonly prepared: PreparedOrNot }>();

  constructor(reader: RequestReader) {
    this.#reader = reader;
  }

  /** @param session empty: none is named */
  of(request: ProbeRequest, session: string): PreparedOrNot {
    const again = this.#again.get(request);
    if (again?.session === session) return again.prepared;
    const prepared = this.#ofText(request, session);
    this.#again.set(request, { session, prepared });
    return prepared;
  }

  #ofText(request: ProbeRequest, session: string): PreparedOrNot {
    const told = textOf(request, session);
    let prepared = this.#known.get(told);
    if (prepared === undefined) {
      if (this.#known.size >= REMEMBERED_MAX) this.#known.clear();
      this.#known.set(told, (prepared = prepare(request, session, this.#reader)));
    }
    return prepared;
  }
}

/** All that a request says. INVARIANT: two that differ have different ones; lengths tell where each part ends. */
function textOf({ upstream, method, target, headers, body }: ProbeRequest, session: string): string {
  let text = `${upstream.length} ${method.length} ${target.length} ${session.length} ${upstream}${method}${target}${session}`;
  for (const name in headers) {
    const value = headers[name] as string;
    text += `${name.length} ${value.length} ${name}${value}`;
  }
  return body === undefined ? text : `${text} :${body}`;
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
