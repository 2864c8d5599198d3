import type { Json } from '../../std/canonical-json.ts';
import type { CallId } from '../../engine/ids.ts';
import type { Reading } from '../../door/judge/reading.ts';
import { RESTS_KEPT, type Rests } from '../../journal/entry.ts';
import type { Session } from './session.ts';

/** Whatever could be an id, wherever it stands in a text. */
const WORDS = /[\w.:-]+/g;

/** How a call rests on what its session was shown that is not so. */
export function restsOf(
  { call, wire, request }: Reading,
  session: Session,
  touched: readonly CallId[],
): Rests | undefined {
  if (session.writes.length === 0) return undefined;
  const values = madeValuesIn(
    [wire.target, ...Object.values(request.params), request.query, request.body ?? null],
    session.made,
  );
  if (values.length > 0) return { how: 'value', on: oldest(values, session) };
  const subject = call.subject === null ? undefined : session.subjects.get(call.subject);
  const acted = [...(subject ?? []), ...touched];
  if (acted.length > 0) return { how: 'subject', on: oldest(acted, session) };
  return { how: 'session', on: session.writes.slice(0, RESTS_KEPT) };
}

function oldest(calls: readonly CallId[], { writes }: Session): readonly CallId[] {
  const wanted = new Set(calls);
  return writes.filter((call) => wanted.has(call)).slice(0, RESTS_KEPT);
}

/** The writes that made up any of the values in these; each text is looked at once, however many there are. */
function madeValuesIn(values: readonly Json[], made: ReadonlyMap<string, CallId>): readonly CallId[] {
  if (made.size === 0) return [];
  const found = new Set<CallId>();
  const waiting: Json[] = [...values];
  const look = (text: string): void => {
    const call = made.get(text);
    if (call !== undefined) found.add(call);
  };
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (typeof value === 'number') look(String(value));
    else if (typeof value === 'string') {
      look(value);
      for (const [word] of value.matchAll(WORDS)) look(word);
    } else if (Array.isArray(value)) for (const inner of value as readonly Json[]) waiting.push(inner);
    else if (typeof value === 'object' && value !== null) {
      for (const [name, inner] of Object.entries(value)) {
        look(name);
        waiting.push(inner);
      }
    }
  }
  return [...found];
}
