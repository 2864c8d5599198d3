import type { Instant } from '../../std/clock.ts';
import type { Money } from '../../std/money.ts';
import { literal, microsIn, numberIn, numberOrNull, textIn, textOrNull, type Row, type Source } from './source.ts';

/** A call, as far as a reviewer needs to see it without opening the journal. */
export interface CallEssentials {
  readonly call: string;
  readonly at: Instant;
  readonly session: string;
  readonly route: string;
  readonly effect: string;
  readonly method: string;
  readonly target: string;
  readonly subject: string | null;
  readonly amount: Money | null;
  readonly verdict: string;
  /** What decided, where a guard let it not pass. */
  readonly finding: {
    readonly guard: string;
    readonly rule: string;
    readonly reason: string;
    readonly hint: string | null;
  } | null;
  /** The body's beginning, at most {@link EXCERPT_CHARACTERS}. */
  readonly body: string | null;
  readonly answer: string | null;
  readonly status: number | null;
  readonly origin: string;
  readonly rests: string | null;
  readonly opinions: readonly { readonly by: string; readonly opinion: string; readonly reason: string }[];
}

export interface Appendix {
  readonly calls: readonly CallEssentials[];
  /** Calls that the report mentions and that are not here. */
  readonly left: number;
}

/** A page with more of them is no longer read; the command beside each number lists the rest. */
export const APPENDIX_MAX = 400;
/** Enough to see what was asked for. */
export const EXCERPT_CHARACTERS = 400;

/** The calls that are mentioned, those that were mentioned first where there are too many, in the journal's order. */
export async function appendixOf(source: Source, mentioned: Iterable<string>): Promise<Appendix> {
  const all = [...new Set(mentioned)];
  const kept = all.slice(0, APPENDIX_MAX);
  if (kept.length === 0) return { calls: [], left: 0 };
  const listed = kept.map(literal).join(', ');
  const cut = (column: string): string => `substr(${column}, 1, ${EXCERPT_CHARACTERS + 1}) AS ${column}`;
  const rows = await source.rows(`SELECT call, "at", session, route, effect, method, ${cut('target')}, subject,
    amount_micros::VARCHAR AS amount_micros, currency, verdict, guard, rule, reason, hint, ${cut('body')}, ${cut('answer')}, status,
    coalesce(origin, 'upstream') AS origin, rests_how FROM calls WHERE call IN (${listed}) ORDER BY seq`);
  const opinions = await opinionsOf(source, listed);
  const seen = new Set<string>();
  const calls = rows.map((row) => essentials(row, opinions)).filter(({ call }) => !seen.has(call) && seen.add(call));
  return { calls, left: all.length - calls.length };
}

function essentials(row: Row, opinions: ReadonlyMap<string, CallEssentials['opinions']>): CallEssentials {
  const guard = textOrNull(row, 'guard');
  const micros = textOrNull(row, 'amount_micros');
  const call = textIn(row, 'call');
  return {
    call,
    at: numberIn(row, 'at'),
    session: textIn(row, 'session'),
    route: textIn(row, 'route'),
    effect: textIn(row, 'effect'),
    method: textIn(row, 'method'),
    target: excerpt(textIn(row, 'target')),
    subject: textOrNull(row, 'subject'),
    amount: micros === null ? null : { micros: microsIn(row, 'amount_micros'), currency: textIn(row, 'currency') },
    verdict: textIn(row, 'verdict'),
    finding:
      guard === null
        ? null
        : { guard, rule: textIn(row, 'rule'), reason: textIn(row, 'reason'), hint: textOrNull(row, 'hint') },
    body: excerptOrNull(row, 'body'),
    answer: excerptOrNull(row, 'answer'),
    status: numberOrNull(row, 'status'),
    origin: textIn(row, 'origin'),
    rests: textOrNull(row, 'rests_how'),
    opinions: opinions.get(call) ?? [],
  };
}

const excerpt = (text: string): string =>
  text.length > EXCERPT_CHARACTERS ? `${text.slice(0, EXCERPT_CHARACTERS)}…` : text;

function excerptOrNull(row: Row, column: string): string | null {
  const text = textOrNull(row, column);
  return text === null ? null : excerpt(text);
}

const OPINIONS_MAX = 5;

async function opinionsOf(source: Source, listed: string): Promise<ReadonlyMap<string, CallEssentials['opinions']>> {
  const rows = await source.rows(
    `SELECT call, "by", opinion, reason FROM assessments WHERE call IN (${listed}) ORDER BY seq DESC`,
  );
  const given = rows.map((row) => ({
    call: textIn(row, 'call'),
    opinion: { by: textIn(row, 'by'), opinion: textIn(row, 'opinion'), reason: excerpt(textIn(row, 'reason')) },
  }));
  const by = Map.groupBy(given, ({ call }) => call);
  return new Map([...by].map(([call, all]) => [call, all.slice(0, OPINIONS_MAX).map(({ opinion }) => opinion)]));
}
