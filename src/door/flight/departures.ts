import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Timers } from '../../std/timers.ts';
import { isWrite, type Stage } from '../../engine/call.ts';
import type { UpstreamId } from '../../engine/ids.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import { FAULT_PROBLEM, sendProblem } from '../answers/problem.ts';
import type { Room } from '../intake/bodies.ts';
import type { JournalPort, Wire } from '../judge/admit.ts';
import type { Address, Head, Reading } from '../judge/reading.ts';
import type { Recall } from '../judge/recall.ts';
import { Flight, type Airspace } from './flight.ts';
import type { Home } from './homeward.ts';
import type { Link } from './link.ts';
import { AskingAgent, type Recipient } from './recipient.ts';

export interface DepartureParts {
  readonly policy: LoadedPolicy;
  readonly journal: JournalPort;
  readonly timers: Timers;
  readonly link: (upstream: UpstreamId, stage: Stage) => Link;
  readonly air: Airspace;
  readonly recall: Recall;
}

/** Whose call leaves, and where to. */
export interface Departing extends Head {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly address: Address;
}

/** How admitted calls leave: a read at once, a write as soon as its intent is on the disk (I1). */
export class Departures {
  readonly #parts: DepartureParts;

  constructor(parts: DepartureParts) {
    this.#parts = parts;
  }

  depart(
    { request, response, method, headers, address }: Departing,
    { call, wire, route }: Reading,
    { bytes, room }: { readonly bytes: Buffer; readonly room: Room },
  ): void {
    const { journal, link, policy, timers, air, recall } = this.#parts;
    const { transport, headers: own, basePath, secrets } = link(address.upstream, wire.stage);
    const home = homeOf(request, headers, address, policy);
    const listen = (listening: Flight): Recipient =>
      recall.beside(new AskingAgent(response, listening, home, timers), listening);
    // The answer to a write is awaited also where nobody listens any more, and its body is in memory until then.
    room.hold();
    const admitted = {
      call,
      route,
      secrets,
      whole: recall.heeds(call.route),
      sealing: wire.sealing,
      over: () => room.letGo(),
    };
    const flight = new Flight(admitted, listen, air);
    const outbound = {
      method,
      target: basePath + address.forwarded,
      headers: [...headers.forward, ...added(wire.headers, headers.judged), ...own],
      body: bytes.length === 0 && !BODIED.has(method) ? null : bytes,
    };
    if (route !== undefined && !isWrite(route.effect)) return flight.send(outbound, transport);
    journal.durable().then(
      () => flight.send(outbound, transport),
      () => {
        flight.abandon();
        if (!response.destroyed && !response.headersSent) sendProblem(response, FAULT_PROBLEM);
      },
    );
  }
}

/** Methods whose request is sent with a `Content-Length` even when it has no bytes (RFC 9110 §8.6). */
const BODIED = new Set(['POST', 'PUT', 'PATCH']);

/** An upstream's address, and what it is at the door as this agent called it. */
function homeOf(
  { socket }: IncomingMessage,
  { host }: Head['headers'],
  address: Address,
  { upstreams }: LoadedPolicy,
): Home {
  const scheme = 'encrypted' in socket ? 'https' : 'http';
  return { upstream: upstreams.get(address.upstream)!.url, base: () => `${scheme}://${host}${address.prefix}` };
}

/** Names and values in turn of what was added to the headers as they came. */
function added(judged: Wire['headers'], came: Wire['headers']): readonly string[] {
  if (judged === came) return NO_HEADERS;
  return Object.entries(judged).flatMap(([name, value]) => (name in came ? [] : [name, value]));
}

const NO_HEADERS: readonly string[] = [];
