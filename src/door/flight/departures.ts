import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Timers } from '../../std/timers.ts';
import { assert } from '../../std/assert.ts';
import { isWrite, type Stage } from '../../engine/call.ts';
import type { Verdict } from '../../engine/decision.ts';
import type { UpstreamId } from '../../engine/ids.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import { FAULT_PROBLEM, sendProblem } from '../answers/problem.ts';
import type { Room } from '../intake/bodies.ts';
import type { JournalPort, Wire } from '../judge/admit.ts';
import type { Address, Head, Reading } from '../judge/reading.ts';
import type { Recall } from '../judge/recall.ts';
import type { Shaded } from '../judge/shaded.ts';
import type { Overlay, Shadow } from '../shadow.ts';
import { Flight, type Airspace } from './flight.ts';
import type { Home } from './homeward.ts';
import type { Link } from './link.ts';
import { madeAnswer } from './made-answer.ts';
import { overlaidAnswer } from './overlaid-answer.ts';
import { AskingAgent, type Recipient } from './recipient.ts';
import type { Visit } from '../witness.ts';
import type { Transport } from './transport.ts';
import type { Way } from './way.ts';

export interface DepartureParts {
  readonly policy: LoadedPolicy;
  readonly journal: JournalPort;
  readonly timers: Timers;
  readonly link: (upstream: UpstreamId, stage: Stage) => Link;
  readonly air: Airspace;
  readonly recall: Recall;
  readonly shadow: Shadow;
  readonly onFault: (error: unknown) => void;
}

/** Whose call leaves, and where to. */
export interface Departing extends Head {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly address: Address;
  readonly visit?: Visit | undefined;
}

/** A body, and the memory it holds. */
interface Carried {
  readonly bytes: Buffer;
  readonly room: Room;
}

/**
 * How admitted calls leave: a read at once, a write as soon as its intent is on the disk (I1), a captured write not at all.
 *
 * INVARIANT: in staging and shadow no write is given a transport (I11). `stages/links.ts` says it once more, by itself.
 */
export class Departures {
  readonly #parts: DepartureParts;

  constructor(parts: DepartureParts) {
    this.#parts = parts;
  }

  depart(departing: Departing, { reading, overlay }: Shaded, carried: Carried, verdict: Verdict): void {
    const { link, shadow, onFault } = this.#parts;
    const { wire, call } = reading;
    if (verdict === 'capture') {
      assert(wire.stage === 'shadow', 'only what is in shadow is captured');
      return this.#send(
        departing,
        reading,
        carried,
        madeAnswer(() => shadow.capture(reading), onFault),
      );
    }
    assert(verdict === 'allow', 'what leaves was allowed');
    assert(!isWrite(call.effect) || !READ_ONLY.has(wire.stage), 'in staging and shadow no write leaves');
    const { transport } = link(departing.address.upstream, wire.stage);
    this.#send(departing, reading, carried, wayTo(transport, overlay, onFault));
  }

  #send(departing: Departing, { call, wire, route }: Reading, { bytes, room }: Carried, way: Way): void {
    const { journal, link, policy, timers, air, recall } = this.#parts;
    const { request, response, method, headers, address, visit } = departing;
    const { headers: own, basePath, secrets } = link(address.upstream, wire.stage);
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
      over: (failure: string | null) => {
        room.letGo();
        visit?.ended(flight.tap.status, failure);
      },
    };
    const flight: Flight = new Flight(admitted, listen, air);
    const outbound = {
      method,
      target: basePath + address.forwarded,
      headers: [...sentHeaders(headers.forward, wire), ...added(wire.headers, headers.judged), ...own],
      body: bytes.length === 0 && !BODIED.has(method) ? null : bytes,
    };
    const send = (): void => {
      flight.send(outbound, way);
      visit?.sent();
    };
    if (route !== undefined && !isWrite(route.effect)) return send();
    journal.durable().then(
      () => {
        visit?.durable();
        send();
      },
      () => {
        flight.abandon();
        if (!response.destroyed && !response.headersSent) sendProblem(response, FAULT_PROBLEM);
      },
    );
  }
}

/** How a read gets its answer: as its upstream gives it, with captured writes over it, or from these alone. */
export function wayTo(transport: Transport, overlay: Overlay | undefined, onFault: (error: unknown) => void): Way {
  if (overlay === undefined) return transport;
  const { kind } = overlay;
  return kind === 'over' ? overlaidAnswer(transport, overlay, onFault) : madeAnswer(() => overlay.shown, onFault);
}

/** The headers as they came, as far as they are judged: what the door asks otherwise, it asks in its own words. */
export function sentHeaders(forward: readonly string[], { headers }: Pick<Wire, 'headers'>): readonly string[] {
  const isSent = (i: number): boolean => headers[forward[i] as string] === forward[i + 1];
  if (forward.every((_, i) => i % 2 === 1 || isSent(i))) return forward;
  const kept: string[] = [];
  for (let i = 0; i < forward.length; i += 2) {
    if (isSent(i)) kept.push(forward[i] as string, forward[i + 1] as string);
  }
  return kept;
}

const READ_ONLY: ReadonlySet<Stage> = new Set(['staging', 'shadow']);

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
  return Object.entries(judged).flatMap(([name, value]) => (came[name] === value ? [] : [name, value]));
}

const NO_HEADERS: readonly string[] = [];
