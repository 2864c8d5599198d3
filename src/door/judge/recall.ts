import type { Json } from '../../std/canonical-json.ts';
import type { Call } from '../../engine/call.ts';
import type { RouteId } from '../../engine/ids.ts';
import type { Policy, Precondition } from '../../engine/policy.ts';
import { covers, type Privacy } from '../../policy/index.ts';
import type { Flight } from '../flight/flight.ts';
import type { Recipient } from '../flight/recipient.ts';

/** Answers remembered, over all sessions; with one more the oldest goes, and a refusal then tells the condition alone. */
export const REMEMBERED_MAX = 5_000;
/** Values remembered of one answer, and how deep in it. */
export const LEAVES_MAX = 64;
const DEPTH_MAX = 4;
/** A longer value is no state worth telling. */
export const VALUE_MAX_CHARS = 80;
/** Changes told to an agent: enough to understand, too few to flood it. */
const CHANGES_MAX = 4;

/** Single values of an answer's body by their paths: `refunded` → `false`, as JSON. */
type Leaves = ReadonlyMap<string, string>;

/**
 * What sessions were last told by the reads that preconditions make, to say what has changed since. Only the members of
 * the body that a precondition asks about, and of these only single values. It decides nothing: it makes refusals clear.
 */
export class Recall {
  /** By read: the members of its answers that matter to some precondition; `undefined`: all. */
  readonly #members = new Map<RouteId, ReadonlySet<string> | undefined>();
  /** The least recently told first. */
  readonly #told = new Map<string, Leaves>();

  readonly #privacy: Privacy;

  constructor({ routes }: Policy, privacy: Privacy) {
    this.#privacy = privacy;
    const preconditions = [...routes.values()].flatMap(({ precondition }) => precondition ?? []);
    for (const [route, its] of Map.groupBy(preconditions, (precondition) => precondition.route)) {
      const members = its.map(membersOf);
      const all = members.some((one) => one === undefined);
      this.#members.set(route, all ? undefined : new Set(members.flatMap((one) => [...(one ?? [])])));
    }
  }

  /** Whether answers of a route have to be kept whole. */
  heeds(route: RouteId): boolean {
    return this.#members.has(route);
  }

  /** A recipient that remembers what the agent is told, where that matters. */
  beside(recipient: Recipient, flight: Flight): Recipient {
    return this.heeds(flight.call.route) ? new Remembering(recipient, flight, this) : recipient;
  }

  note(call: Call, body: Json): void {
    const key = keyOf(call);
    this.#told.delete(key);
    this.#told.set(key, leavesOf(body, this.#members.get(call.route)));
    const [oldest] = this.#told.keys();
    if (this.#told.size > REMEMBERED_MAX && oldest !== undefined) this.#told.delete(oldest);
  }

  /** What a precondition asks about and this answer tells otherwise than the session's last: `refunded: false is now true`. */
  changed(read: Call, body: Json, precondition: Precondition): readonly string[] {
    const told = this.#told.get(keyOf(read));
    if (told === undefined) return [];
    const now = leavesOf(body, membersOf(precondition));
    const changes = [...now].flatMap(([path, value]) => {
      const before = told.get(path);
      if (before === undefined || before === value) return [];
      return [this.#isPersonal(read, path) ? `${path}: it has changed` : `${path}: ${before} is now ${value}`];
    });
    return changes.slice(0, CHANGES_MAX);
  }

  /** What has changed is a fact of the write, and goes where its record goes. */
  #isPersonal({ route }: Call, path: string): boolean {
    const answer = this.#privacy.routes.get(route)?.answer;
    return answer === 'all' || answer?.some((steps) => covers(steps, path.split('.'))) === true;
  }
}

/** Passes everything on to the agent, and remembers the answer once it is whole. */
class Remembering implements Recipient {
  readonly #recipient: Recipient;
  readonly #flight: Flight;
  readonly #recall: Recall;

  constructor(recipient: Recipient, flight: Flight, recall: Recall) {
    this.#recipient = recipient;
    this.#flight = flight;
    this.#recall = recall;
  }

  head(status: number, headers: readonly string[]): void {
    this.#recipient.head(status, headers);
  }

  data(chunk: Buffer): boolean {
    return this.#recipient.data(chunk);
  }

  ended(): void {
    const answer = this.#flight.tap.answer();
    const isRead = answer !== undefined && answer.status >= 200 && answer.status <= 299;
    if (isRead && answer.body !== undefined) this.#recall.note(this.#flight.call, answer.body);
    this.#recipient.ended();
  }

  failed(failure: Parameters<Recipient['failed']>[0]): void {
    this.#recipient.failed(failure);
  }

  destroy(): void {
    this.#recipient.destroy();
  }
}

/** The same session's read of the same thing. */
function keyOf({ grant, session, route, subject, fingerprint }: Call): string {
  return `${grant}\n${session}\n${route}\n${subject ?? fingerprint}`;
}

/** The members of the answer's body that a condition names; `undefined` where it asks about the body as a whole. */
function membersOf({ source }: Precondition): ReadonlySet<string> | undefined {
  const members = [...source.matchAll(/\bresponse\s*\.\s*body\b\s*(?:\.\s*(\w+)|\[\s*["'](.*?)["']\s*\])?/g)];
  const names = members.map(([, plain, quoted]) => plain ?? quoted);
  return names.includes(undefined) ? undefined : new Set(names as string[]);
}

function leavesOf(body: Json, members: ReadonlySet<string> | undefined): Leaves {
  const leaves = new Map<string, string>();
  const visit = (value: Json, path: readonly string[]): void => {
    if (leaves.size >= LEAVES_MAX || path.length > DEPTH_MAX || Array.isArray(value)) return;
    if (typeof value === 'object' && value !== null) {
      for (const [name, member] of Object.entries(value)) {
        if (path.length > 0 || members === undefined || members.has(name)) visit(member, [...path, name]);
      }
      return;
    }
    const text = JSON.stringify(value);
    if (text.length <= VALUE_MAX_CHARS) leaves.set(path.join('.'), text);
  };
  visit(body, []);
  return leaves;
}
