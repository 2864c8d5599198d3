import type { Json } from '../../std/canonical-json.ts';
import type { CallId } from '../../engine/ids.ts';
import { RequestReader, type Reading } from '../../door/judge/reading.ts';
import type { CallEntry, Entry, OutcomeEntry } from '../../journal/index.ts';
import { ANSWER_KEPT_BYTES } from '../../journal/entry.ts';
import type { LoadedPolicy, Resource } from '../../policy/index.ts';
import { parseExactly } from '../json.ts';

/** A call that an upstream answered, and what its session knew of the item that it is about. */
export interface Sample {
  readonly reading: Reading;
  readonly resource: Resource | undefined;
  readonly status: number;
  readonly contentType: string | null;
  readonly isWhole: boolean;
  /** `undefined`: none, or no JSON. */
  readonly body: Json | undefined;
  /** What the session read of the item before; `undefined`: it did not. */
  readonly before: Json | undefined;
  /** Whether the session deleted the item before. */
  readonly isDeleted: boolean;
}

/** Calls whose end has not been read yet; what is older never ends. */
const OPEN_MAX = 100_000;
/** Sessions and items of which is remembered what was read. */
const SESSIONS_MAX = 1_000;
const ITEMS_MAX = 200;

interface Known {
  readonly items: Map<string, Json>;
  readonly deleted: Set<string>;
}

/** The real answers in a journal, in order: those of upstreams as they stood, and recordings of such. */
export function* samplesIn(records: Iterable<Entry>, policy: LoadedPolicy): Generator<Sample> {
  const reader = new RequestReader(policy, null);
  const open = new Map<CallId, CallEntry>();
  const sessions = new Map<string, Known>();
  for (const record of records) {
    if (record.kind === 'call') {
      open.set(record.call, record);
      dropOldest(open, OPEN_MAX);
    }
    if (record.kind !== 'outcome') continue;
    const call = open.get(record.call);
    open.delete(record.call);
    if (call === undefined || !isReal(record)) continue;
    const reading = reader.recorded(call);
    if (reading !== undefined) yield sampleOf(reading, record, policy, sessions);
  }
}

function isReal({ origin, merged, status, failure }: OutcomeEntry): boolean {
  const isMade = origin === 'synthetic' || origin === 'overlay' || (merged ?? []).length > 0;
  return !isMade && status !== null && failure === null;
}

function sampleOf(reading: Reading, outcome: OutcomeEntry, policy: LoadedPolicy, sessions: Map<string, Known>): Sample {
  const { call, request, wire } = reading;
  const resource = policy.shadow.get(call.route)?.resource;
  const key = `${call.agent}\n${call.grant}\n${call.session}`;
  const known = sessions.get(key) ?? { items: new Map<string, Json>(), deleted: new Set<string>() };
  sessions.delete(key);
  sessions.set(key, known);
  dropOldest(sessions, SESSIONS_MAX);
  const path = resource === undefined ? '' : `${wire.upstream}${resource.path(request.params)}`;
  const { answer, answerBytes, contentType } = outcome;
  const status = outcome.status ?? 0;
  const isWhole = answerBytes <= ANSWER_KEPT_BYTES && (answer !== null || answerBytes === 0);
  const body = isWhole && answer !== null ? parseExactly(answer) : undefined;
  const sample = {
    reading,
    resource,
    status,
    contentType: contentType === null ? null : (contentType.split(';', 1)[0] as string).trim().toLowerCase(),
    isWhole,
    body,
    before: known.items.get(path),
    isDeleted: known.deleted.has(path),
  };
  if (status >= 200 && status < 300)
    learnOf(known, path, resource, sample.body, Object.keys(request.query).length === 0);
  return sample;
}

function learnOf(
  known: Known,
  path: string,
  resource: Resource | undefined,
  body: Json | undefined,
  isPlain: boolean,
): void {
  if (resource?.role === 'delete') known.deleted.add(path);
  // What was read before a write is not so after it.
  if (resource?.role !== 'item') known.items.delete(path);
  else if (body !== undefined && isPlain) {
    known.items.set(path, body);
    dropOldest(known.items, ITEMS_MAX);
  }
}

function dropOldest(map: Map<string, unknown>, max: number): void {
  if (map.size <= max) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
