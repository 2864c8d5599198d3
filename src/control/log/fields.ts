/**
 * What a line of the log may carry beside its words: names that the policy gives, codes and ids that Interlock makes, and
 * numbers. A list of what may, not of what must not: nothing that an agent or an upstream writes has a place here, so there
 * is nothing to take out. No subject, target, header, body, note or reason, whoever wrote it.
 */
export interface Fields {
  /** The record in the journal that says the rest. */
  readonly seq?: Value;
  readonly call?: Value;
  readonly agent?: Value;
  readonly route?: Value;
  readonly upstream?: Value;
  readonly stage?: Value;
  readonly verdict?: Value;
  readonly guard?: Value;
  readonly rule?: Value;
  /** A guard's or the door's own code, `budget_exceeded`; never a sentence. */
  readonly reason?: Value;
  readonly status?: Value;
  /** Why there is no whole answer, as a code. */
  readonly failure?: Value;
  readonly ms?: Value;
  /** `human`, `guard`, `watch`, `agent`: who, by kind. */
  readonly by?: Value;
  /** A person who is on record as a user of the control room; never what somebody merely typed. */
  readonly user?: Value;
  readonly trip?: Value;
  readonly was?: Value;
  readonly stands?: Value;
  readonly grant?: Value;
  readonly page?: Value;
  readonly channel?: Value;
  readonly attempt?: Value;
  readonly count?: Value;
  readonly digest?: Value;
  readonly epoch?: Value;
  /** Of a fault: its class and code, and where it was thrown. */
  readonly error?: Value;
  readonly code?: Value;
  readonly frames?: Value;
}

type Value = string | number | null | undefined;

const VALUE_LENGTH_MAX = 200;
const FRAMES_LENGTH_MAX = 4_000;

const isNumber = (value: Value): boolean => typeof value === 'number' && Number.isFinite(value);
const matching =
  (form: RegExp, most = VALUE_LENGTH_MAX) =>
  (value: Value): boolean =>
    typeof value === 'string' && value.length <= most && form.test(value);

/** `refunds-bot`, `(unrouted)`, `refunds-bot.budgets[0]`, `payments.create_refund`. */
const name = matching(/^[\x21-\x7e]+$/);
const code = matching(/^[A-Za-z][A-Za-z0-9_]*$/);
const word = matching(/^[a-z]+$/);
const status = isNumber;

/** What each field must look like; what does not is left out, and so is every field that is not here. */
const FORMS: Readonly<Record<keyof Fields, (value: Value) => boolean>> = {
  seq: isNumber,
  call: matching(/^call_[0-9a-z]+$/),
  agent: name,
  route: name,
  upstream: name,
  stage: word,
  verdict: word,
  guard: name,
  rule: name,
  reason: code,
  status,
  failure: code,
  ms: isNumber,
  by: word,
  user: matching(/^[^\p{Cc}]+$/u),
  trip: word,
  was: word,
  stands: word,
  grant: matching(/^grant_[0-9a-z_]+$/i),
  page: matching(/^page_[0-9a-z_]+$/),
  channel: name,
  attempt: isNumber,
  count: isNumber,
  digest: matching(/^[0-9a-f]+$/),
  epoch: isNumber,
  error: code,
  code,
  frames: matching(/^(?:\s*at [^\n]+\n?)+$/, FRAMES_LENGTH_MAX),
};

/** The fields that may be written, of whatever came. */
export function allowed(given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(given)) {
    const form = Object.hasOwn(FORMS, key) ? FORMS[key as keyof Fields] : undefined;
    if (value !== undefined && value !== null && form?.(value as Value) === true) kept[key] = value;
  }
  return kept;
}
