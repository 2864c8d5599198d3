import type { Json } from '../../std/canonical-json.ts';
import type { Instant } from '../../std/clock.ts';
import { hash53 } from '../../std/hash53.ts';
import type { Request } from '../../engine/policy.ts';
import { formOf, type FieldTemplate, type TimeForm } from '../../policy/index.ts';
import { isList, isObject } from '../json.ts';
import { loosely, textWithParams, timeForms } from './explanations.ts';

/** One recorded answer, where a field of it is looked at. */
export interface Sight {
  readonly request: Request;
  /** Of the request, by name. */
  readonly fields: ReadonlyMap<string, Json>;
  readonly at: Instant;
  readonly session: string;
  /** What the item had there that its session read before; `undefined`: nothing is known. */
  readonly before: Json | undefined;
  /** Whether what is sent becomes of the item, field by field: an update. */
  readonly isUpdate: boolean;
}

/** Ids that a form is learned from; and values of which is known that they differ. */
const IDS_KEPT = 50;
const DIFFERENT_MAX = 100_000;
/** Once may be chance. */
const SUPPORT_MIN = 2;

interface Echo {
  /** How often it was sent, and was the value. */
  support: number;
  /** The value where it was not sent; `undefined`: it always was. */
  absent: { readonly text: string; readonly value: Json; readonly sessions: Set<string> } | undefined;
  as: 'number' | 'boolean' | undefined;
}

/** Finds out where the value of one field comes from: every explanation that holds of all answers so far. */
export class FieldLearner {
  readonly #ownField: string;
  readonly sessions = new Set<string>();
  count = 0;
  #echoes: Map<string, Echo> | undefined;
  #times: ReadonlySet<TimeForm> | undefined;
  #constant: { readonly text: string; readonly value: Json } | undefined;
  #text: string | undefined;
  #isDifferent = true;
  readonly #different = new Set<number>();
  readonly #ids: (string | number)[] = [];
  #isOfItem = true;
  #ofItem = 0;
  #isUpdate = false;

  /** @param path of the field in the answer */
  constructor(path: readonly string[]) {
    this.#ownField = `body.${path.join('.')}`;
  }

  see(value: Json, sight: Sight): void {
    const isFirst = this.count === 0;
    this.count += 1;
    this.sessions.add(sight.session);
    this.#isUpdate = sight.isUpdate;
    const text = loosely(value);
    this.#echo(value, text, sight);
    const times = new Set(timeForms(value, sight.at));
    this.#times = this.#times === undefined ? times : this.#times.intersection(times);
    if (isFirst) this.#constant = { text: exact(value), value };
    else if (this.#constant?.text !== exact(value)) this.#constant = undefined;
    const withParams = textWithParams(value, sight.request.params);
    if (isFirst) this.#text = withParams;
    else if (this.#text !== withParams) this.#text = undefined;
    this.#id(value, text);
    if (sight.before !== undefined) {
      if (loosely(this.#kept(sight.before, sight)) === text) this.#ofItem += 1;
      else this.#isOfItem = false;
    }
  }

  /** What would be there if the item were as it was, with what was sent. */
  #kept(before: Json, { isUpdate, fields }: Sight): Json {
    const sent = isUpdate ? fields.get(this.#ownField) : undefined;
    return isObject(sent) && isObject(before) ? { ...before, ...sent } : (sent ?? before);
  }

  #echo(value: Json, text: string, { fields, session }: Sight): void {
    this.#echoes ??= new Map(
      [...fields]
        .flatMap(([name, sent]): [string, Echo][] => (loosely(sent) === text ? [[name, noEcho()]] : []))
        .concat(fields.has(this.#ownField) ? [] : [[this.#ownField, noEcho()]]),
    );
    for (const [name, echo] of this.#echoes) {
      const sent = fields.get(name);
      if (sent === undefined) {
        if (echo.absent === undefined) echo.absent = { text: exact(value), value, sessions: new Set([session]) };
        else if (echo.absent.text !== exact(value)) this.#echoes.delete(name);
        else echo.absent.sessions.add(session);
      } else if (loosely(sent) !== text) this.#echoes.delete(name);
      else {
        echo.support += 1;
        if (typeof sent === 'string' && (typeof value === 'number' || typeof value === 'boolean')) {
          echo.as = typeof value as 'number' | 'boolean';
        }
      }
    }
  }

  #id(value: Json, text: string): void {
    if (typeof value !== 'string' && typeof value !== 'number') this.#isDifferent = false;
    if (!this.#isDifferent || this.#different.size >= DIFFERENT_MAX) return;
    const hash = hash53(text);
    if (this.#different.has(hash)) this.#isDifferent = false;
    this.#different.add(hash);
    if (this.#ids.length < IDS_KEPT) this.#ids.push(value as string | number);
  }

  /** Whether it is what the item had there before, wherever that is known. */
  get isOfItem(): boolean {
    return this.#isOfItem && this.#ofItem >= SUPPORT_MIN;
  }

  /**
   * Where its value comes from.
   *
   * @param isPersonal no value of it is copied
   * @param sessionsMin how many sessions must have had a value for it to be copied: less, and it may be one person's
   */
  template({ isPersonal, sessionsMin }: Discretion): FieldTemplate {
    const isCommon = (sessions: ReadonlySet<string>, value: Json): boolean =>
      isEmpty(value) || (!isPersonal && sessions.size >= sessionsMin);
    if (this.isOfItem && this.#isUpdate) return { from: 'item' };
    const echo = this.#bestEcho();
    if (echo !== undefined) {
      const [field, { absent, as }] = echo;
      const mayTell = absent !== undefined && isCommon(absent.sessions, absent.value);
      return { from: 'request', field, ...(as !== undefined && { as }), ...(mayTell && { else: absent.value }) };
    }
    const [form] = this.count >= SUPPORT_MIN ? [...(this.#times ?? [])] : [];
    if (form !== undefined) return { from: 'time', form };
    if (this.isOfItem) return { from: 'item' };
    if (this.#constant !== undefined && isCommon(this.sessions, this.#constant.value)) {
      return { from: 'constant', value: this.#constant.value };
    }
    if (this.#text !== undefined && !isPersonal && this.sessions.size >= sessionsMin)
      return { from: 'text', text: this.#text };
    return this.#idTemplate() ?? { from: 'varies' };
  }

  #bestEcho(): [string, Echo] | undefined {
    const held = [...(this.#echoes ?? [])].filter(([, { support }]) => support >= SUPPORT_MIN);
    return held.find(([name]) => name === this.#ownField) ?? held.toSorted(([a], [b]) => (a < b ? -1 : 1))[0];
  }

  /** Different in every answer, and all of one form. */
  #idTemplate(): FieldTemplate | undefined {
    if (!this.#isDifferent || this.count < SUPPORT_MIN) return undefined;
    const form = formOf(this.#ids);
    if (form === undefined) return undefined;
    if (form.kind === 'uuid') return { from: 'uuid' };
    if (form.kind === 'number')
      return form.digits >= NUMBER_ID_DIGITS ? { from: 'number', digits: form.digits } : undefined;
    const isLong = form.prefix !== '' || form.length >= BARE_ID_LENGTH;
    return isLong ? { from: 'id', prefix: form.prefix, alphabet: form.alphabet, length: form.length } : undefined;
  }
}

/** Fewer digits, and a number that is always another may be an amount. */
const NUMBER_ID_DIGITS = 9;
const BARE_ID_LENGTH = 12;

export interface Discretion {
  readonly isPersonal: boolean;
  readonly sessionsMin: number;
}

function noEcho(): Echo {
  return { support: 0, absent: undefined, as: undefined };
}

function exact(value: Json): string {
  return `${typeof value} ${JSON.stringify(value)}`;
}

/** Says nothing of anybody. */
function isEmpty(value: Json): boolean {
  return (
    value === null || (isList(value) && value.length === 0) || (isObject(value) && Object.keys(value).length === 0)
  );
}
