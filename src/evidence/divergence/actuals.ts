import { closest } from 'fastest-levenshtein';
import type { Instant } from '../../std/clock.ts';
import { formatMoney, fromMajor, isCurrency, minorDigits, type Money } from '../../std/money.ts';
import { fail, ok, type Result } from '../../std/result.ts';
import type { Effect } from '../../engine/call.ts';
import { parseField, type Field } from '../../policy/field.ts';
import { act, type Act, type Side } from './act.ts';
import { CASE_FIELDS, type BadRow, type CaseField } from './model.ts';
import { readRows, type Row } from './rows.ts';

/** What people did, as a file tells it. */
export interface ReadActuals {
  readonly side: Side;
  readonly caseField: CaseField;
  /** The further fields that it has columns for. */
  readonly fields: ReadonlyMap<string, Field>;
  /** Whether it says when. */
  readonly timed: boolean;
  readonly badRows: readonly BadRow[];
  /** Cases of which a row cannot be read. */
  readonly incomplete: ReadonlySet<string>;
  readonly ignoredColumns: readonly string[];
}

export interface ActualsTerms {
  /** Which field of a call the column `case` means; absent: the first of {@link CASE_FIELDS} that the file has a column for. */
  readonly caseField?: CaseField | undefined;
  /** Every route that may be named, and its effect. */
  readonly routes: ReadonlyMap<string, Effect>;
  /** What the file calls a route: `refund` → `create_refund`. `-`: nothing that concerns the agent. */
  readonly actions: ReadonlyMap<string, string>;
  /** Routes that are not compared. */
  readonly except?: ReadonlySet<string> | undefined;
  /** For amounts without one. */
  readonly currency?: string | undefined;
}

/** How a row says that people did nothing in its case. */
const NOTHING = new Set(['nothing', 'none', '-']);
const OTHER = '-';
const COLUMNS = new Set(['time', 'case', ...CASE_FIELDS, 'action', 'amount', 'currency']);
const FIELD_COLUMN = /^(?:body|query)\./;
/** ISO 8601 with a zone: without one, nobody knows when it was. */
const ZONED = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)$/i;
/** `25.00 USD` */
const WITH_CURRENCY = /^(.*\S)\s+([A-Za-z]{3})$/s;
const EPOCH_MS = /^\d{11,14}$/;

/**
 * Reads an actuals file, NDJSON or CSV with a header:
 *
 *     time,session,action,subject,amount,currency,body.reason
 *     2026-03-02T10:15:00Z,run-7,create_refund,charge:ch_1,50.00,USD,damaged
 *     2026-03-02T11:00:00Z,run-8,nothing,,,,
 *
 * `case` (or `session`, `task`, `subject`) and `action` are needed. What a row does not state is not compared. A row that
 * cannot be read is listed with its line, and its case, where that can be read, is not compared at all.
 */
export function readActuals(text: string, terms: ActualsTerms): Result<ReadActuals, string> {
  const read = readRows(text);
  if (!read.ok) return read;
  const { rows, columns, bad } = read.value;
  const caseField = terms.caseField ?? CASE_FIELDS.find((field) => columns.has(field)) ?? 'session';
  const caseColumn = columns.has('case') ? 'case' : caseField;
  const lacking = [caseColumn, 'action'].find((name) => !columns.has(name));
  if (lacking !== undefined) {
    return fail(
      `it has no column \`${lacking}\`; it has: ${[...columns].map((name) => `\`${name}\``).join(', ') || 'none'}`,
    );
  }
  const fields = fieldsAmong(columns);
  const reader = new RowReader({ ...terms, caseField }, fields, caseColumn, columns.has('time'));
  for (const row of rows) reader.take(row);
  return ok({
    side: { acts: reader.acts, cases: reader.cases },
    caseField,
    fields,
    timed: columns.has('time'),
    badRows: [...bad, ...reader.bad].toSorted((one, other) => one.line - other.line),
    incomplete: reader.incomplete,
    ignoredColumns: [...columns].filter((name) => !COLUMNS.has(name) && !fields.has(name)),
  });
}

function fieldsAmong(columns: ReadonlySet<string>): ReadonlyMap<string, Field> {
  return new Map(
    [...columns].flatMap((name) => {
      const field = FIELD_COLUMN.test(name) ? parseField(name) : undefined;
      return field === undefined ? [] : [[name, field]];
    }),
  );
}

class RowReader {
  readonly acts: Act[] = [];
  readonly cases = new Set<string>();
  readonly bad: BadRow[] = [];
  readonly incomplete = new Set<string>();
  readonly #terms: ActualsTerms;
  readonly #fields: ReadonlyMap<string, Field>;
  readonly #caseColumn: string;
  readonly #caseIsSubject: boolean;
  readonly #timed: boolean;

  constructor(terms: ActualsTerms, fields: ReadonlyMap<string, Field>, caseColumn: string, timed: boolean) {
    this.#terms = terms;
    this.#caseIsSubject = terms.caseField === 'subject';
    this.#fields = fields;
    this.#caseColumn = caseColumn;
    this.#timed = timed;
  }

  take(row: Row): void {
    const name = row.cells.get(this.#caseColumn);
    if (name === undefined) {
      this.bad.push({ line: row.line, why: `it has no \`${this.#caseColumn}\`` });
      return;
    }
    const read = this.#act(row, name);
    if (!read.ok) {
      this.bad.push({ line: row.line, why: read.failure });
      this.incomplete.add(name);
      return;
    }
    this.cases.add(name);
    if (read.value !== null) this.acts.push(read.value);
  }

  /** `null`: the row says that nothing was done, or nothing that changes anything. */
  #act({ line, cells }: Row, name: string): Result<Act | null, string> {
    const action = this.#route(cells.get('action'));
    if (!action.ok) return action;
    if (action.value === null) return ok(null);
    const { route, effect } = action.value;
    const amount = this.#amount(cells);
    if (!amount.ok) return amount;
    const at = this.#time(cells.get('time'));
    if (!at.ok) return at;
    const fields = new Map(
      [...this.#fields.keys()].flatMap((field) => {
        const cell = cells.get(field);
        return cell === undefined ? [] : [[field, cell]];
      }),
    );
    const subject = cells.get('subject') ?? (this.#caseIsSubject ? name : null);
    const parts = { route, effect, subject, amount: amount.value, fields, at: at.value };
    return ok(act({ case: name, ...parts, place: `line ${line}`, verdict: null }));
  }

  #route(named: string | undefined): Result<{ readonly route: string; readonly effect: Effect } | null, string> {
    if (named === undefined) return fail('it has no `action`; `nothing` says that people did nothing');
    const { actions, routes, except } = this.#terms;
    const route = actions.get(named) ?? named;
    if (route === OTHER || (NOTHING.has(named.toLowerCase()) && !routes.has(named))) return ok(null);
    const effect = routes.get(route);
    if (effect === undefined) {
      const near = closest(route, writesAmong(routes)) as string | undefined;
      const hint =
        near === undefined ? '' : `; closest is \`${near}\`: --action ${shortened(named)}=ROUTE says which it is`;
      return fail(`no route is called \`${shortened(route)}\`${hint}`);
    }
    return ok(effect === 'read' || except?.has(route) === true ? null : { route, effect });
  }

  #amount(cells: ReadonlyMap<string, string>): Result<Money | null, string> {
    const text = cells.get('amount');
    if (text === undefined) return ok(null);
    const whole = WITH_CURRENCY.exec(text);
    const own = whole?.[2]?.toUpperCase();
    const [number, ownCurrency] = own !== undefined && isCurrency(own) ? [whole?.[1] ?? '', own] : [text, undefined];
    const stated = cells.get('currency') ?? ownCurrency ?? this.#terms.currency;
    if (stated === undefined)
      return fail(`its amount \`${shortened(text)}\` has no currency; --currency says which it is`);
    const currency = stated.toUpperCase();
    if (!isCurrency(currency)) return fail(`\`${shortened(stated)}\` is no ISO 4217 currency`);
    const money = fromMajor(number, ownCurrency ?? currency);
    if (money !== undefined && money.currency !== currency)
      return fail(`its amount is ${formatMoney(money)}, and its currency ${currency}`);
    return money === undefined
      ? fail(
          `its amount \`${shortened(text)}\` cannot be read: \`${shortened(number)}\` is no decimal number of ${currency}, ` +
            `with a point, nothing between thousands and at most ${minorDigits(currency)} decimals`,
        )
      : ok(money);
  }

  #time(text: string | undefined): Result<Instant | null, string> {
    if (!this.#timed) return ok(null);
    if (text === undefined) return fail('it has no `time`, and the file has a column for it');
    const at = EPOCH_MS.test(text) ? Number(text) : ZONED.test(text) ? Date.parse(text.replace(' ', 'T')) : Number.NaN;
    return Number.isSafeInteger(at)
      ? ok(at)
      : fail(`its time \`${shortened(text)}\` is neither ISO 8601 with a zone nor milliseconds`);
  }
}

/** Of a policy with more routes than this, nobody waits for the closest name. */
const CLOSEST_AMONG_MAX = 1_000;
/** People's actions are writes: no row means a read. */
function writesAmong(routes: ActualsTerms['routes']): readonly string[] {
  const writes = [...routes].filter(([, effect]) => effect !== 'read').map(([id]) => id);
  return writes.slice(0, CLOSEST_AMONG_MAX);
}

/** Enough of a cell to find it by. */
const SHOWN_CHARACTERS = 40;

function shortened(text: string): string {
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`;
}
