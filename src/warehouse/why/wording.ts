import type { Finding } from '../../engine/decision.ts';
import type { Instant } from '../../std/clock.ts';
import type { FindingTold, Step } from './told.ts';

/** What people say of an operation, by the first word of its name: as a wish, and as a fact. */
const VERBS: Readonly<Record<string, readonly [wish: string, fact: string]>> = {
  add: ['add', 'added'],
  approve: ['approve', 'approved'],
  book: ['book', 'booked'],
  cancel: ['cancel', 'cancelled'],
  capture: ['capture', 'captured'],
  change: ['change', 'changed'],
  charge: ['charge', 'charged'],
  close: ['close', 'closed'],
  confirm: ['confirm', 'confirmed'],
  create: ['create', 'created'],
  credit: ['credit', 'credited'],
  delete: ['delete', 'deleted'],
  edit: ['edit', 'edited'],
  exchange: ['exchange', 'exchanged'],
  get: ['read', 'read'],
  issue: ['issue', 'issued'],
  list: ['list', 'listed'],
  modify: ['modify', 'modified'],
  pay: ['pay', 'paid'],
  post: ['post', 'posted'],
  read: ['read', 'read'],
  refund: ['refund', 'refunded'],
  remove: ['remove', 'removed'],
  return: ['return', 'returned'],
  search: ['search', 'searched'],
  send: ['send', 'sent'],
  ship: ['ship', 'shipped'],
  transfer: ['transfer', 'transferred'],
  update: ['update', 'updated'],
  void: ['void', 'voided'],
};

interface Deed extends Pick<Step, 'route' | 'subject'> {
  readonly amount: { readonly shown: string } | null;
}

/** `created a refund of 150.00 USD for charge ch_2`; an operation that begins with no verb we know was `called`. */
export function deed(step: Deed, form: 'wish' | 'fact'): string {
  const [first = '', ...rest] = step.route.split(/[_.-]+/);
  const verb = Object.hasOwn(VERBS, first.toLowerCase()) ? VERBS[first.toLowerCase()] : undefined;
  const word = verb?.[form === 'wish' ? 0 : 1];
  const thing = rest.join(' ');
  const money = step.amount === null ? '' : ` of ${step.amount.shown}`;
  const on = step.subject === null ? '' : ` for ${spoken(step.subject)}`;
  if (word === undefined) return `${form === 'wish' ? 'call' : 'called'} ${step.route}${money}${on}`;
  // `refund_order` on an order is about the order itself.
  if (step.subject !== null && (thing === '' || step.subject.startsWith(`${thing}:`))) {
    const by = step.amount === null ? '' : first === 'refund' ? ` by ${step.amount.shown}` : ` (${step.amount.shown})`;
    return `${word} ${spoken(step.subject)}${by}`;
  }
  const many = first === 'list' || first === 'search' || thing.endsWith('s') || thing === '';
  return `${word} ${many ? '' : /^[aeio]/.test(thing) ? 'an ' : 'a '}${thing}${money}${on}`;
}

/** `charge:ch_2` → `charge ch_2` */
export function spoken(subject: string): string {
  return subject.replace(/^(\w+):(?=.)/, '$1 ');
}

/** What each guard makes sure of, for who never heard of it. */
const CHECKS: Readonly<Record<string, string>> = {
  freeze: 'the agent is not stopped',
  runaway: 'the agent is not repeating itself in a loop',
  scope: 'the agent may call this at all',
  stage: 'its stage lets it write',
  segment: 'it lies in the share of customers that the agent may really touch',
  shape: 'the request has the form that the business documents',
  payment: 'it carries no payment that it may not make',
  collar: 'its amount is within the bounds of one call',
  once: 'this was not done before',
  contract: 'the business still answers in the form it documents',
  breaker: 'the business is well enough to be called',
  backoff: 'it waited long enough after a failure',
  fresh: 'it looked at this lately, and nothing changed since',
  provenance: 'the value came from a source that may be trusted',
  volume: 'it is not doing unusually much',
  rate: 'it is not calling too often',
  budget: 'there is money left in its budget',
  inflight: 'not too many calls are under way at once',
  approval: 'it is small enough to need no human',
  error_rate: 'not too many of its calls fail',
  errorRate: 'not too many of its calls fail',
  latency: 'the business is not slower than usual',
  denials: 'it is not being refused again and again',
  precondition: 'the business, asked again just before, still agrees',
  idempotency: 'its idempotency key is its own',
};

const REASONS: Readonly<Record<string, string>> = {
  agent_frozen: 'the agent was stopped, and no human had resumed it',
  already_done: 'this had been done already',
  amount_too_large: 'the amount was too large for one call',
  amount_too_small: 'the amount was too small',
  approval_refused: 'a human had refused it',
  approval_required: 'a human had to approve it first',
  approval_used: 'the approval had been used up',
  attempts_exhausted: 'it had failed as often as it may',
  backing_off: 'it came again too soon after a failure',
  budget_exceeded: 'the budget was used up',
  circuit_open: 'the business was failing, and was left alone',
  condition_error: 'the condition of the rule could not be evaluated',
  condition_false: 'the condition of the rule did not hold',
  not_allowed: 'the agent may not call this',
  not_granted: 'its grant does not include this',
  never_read: 'it had not looked at this in this session',
  outside_segment: 'it lies outside what the agent may really touch',
  precondition_failed: 'the business, asked again just before, said otherwise',
  provenance_unknown: 'nothing that it may trust gave it this value',
  rate_exceeded: 'it called too often',
  stale_read: 'what it had read of it was too old',
  runaway: 'it repeated itself in a loop',
  shape_mismatch: 'the request has not the form that the business documents',
  stage_read_only: 'in its stage nothing is written',
  changed_since_read: 'it had changed since the agent looked at it',
  too_many_holds: 'too many of its calls wait for a human already',
  too_many_in_flight: 'too many calls were under way',
  volume_exceeded: 'it was doing unusually much',
};

/** What a guard found, in words. */
export function findingTold(finding: string | Finding): FindingTold {
  if (typeof finding === 'string') {
    const space = finding.indexOf(' ');
    const guard = space === -1 ? finding : finding.slice(0, space);
    const rule = space === -1 ? finding : finding.slice(space + 1);
    return { guard, rule, verdict: 'pass', reason: 'ok', words: CHECKS[guard] ?? 'it found nothing against it' };
  }
  const { guard, rule, verdict, reason, observed, limit, hint, earlier } = finding;
  const words =
    reason === 'approved'
      ? 'a human had approved exactly this request'
      : verdict === 'pass'
        ? (CHECKS[guard] ?? 'it found nothing against it')
        : (REASONS[reason] ?? reason.replaceAll('_', ' '));
  return {
    guard,
    rule,
    verdict,
    reason,
    words,
    ...(observed !== undefined && { observed }),
    ...(limit !== undefined && { limit }),
    ...(hint !== undefined && { hint }),
    ...(earlier !== undefined && { earlier }),
  };
}

/** `the budget was used up (510.00 USD, the limit is 500.00 USD)` */
export function becauseOf({ words, observed, limit }: Pick<FindingTold, 'words' | 'observed' | 'limit'>): string {
  const facts = [observed, limit === undefined ? undefined : `the limit is ${limit}`].filter(
    (one) => one !== undefined,
  );
  return facts.length === 0 ? words : `${words} (${facts.join('; ')})`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `02:14:07 UTC on 27 Nov 2026` */
export function fullTime(at: Instant): string {
  const date = new Date(at);
  return `${clockTime(at)} UTC on ${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

/** `02:14:07` */
export const clockTime = (at: Instant): string => new Date(at).toISOString().slice(11, 19);

/** A span as people say it: `3 s`, `2 min`, `1 h 5 min`, `3 days`. */
export function span(ms: number): string {
  const whole = Math.abs(ms);
  if (whole < 1_000) return `${whole} ms`;
  if (whole < 120_000) return `${Math.round(whole / 1_000)} s`;
  const minutes = Math.round(whole / 60_000);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} days`;
}

/** `3 s before`, `at the same time`, `2 min after` */
export function relative(at: Instant, to: Instant): string {
  if (at === to) return 'at the same time';
  return `${span(at - to)} ${at < to ? 'before' : 'after'}`;
}

/** Whoever did something, without what kind of being it is: `human:ana` → `ana`. */
export function person(by: string): string {
  return by.replace(/^human:/, '');
}

/** A text that somebody else wrote, marked as such and cut. */
export function quoted(text: string, max = 160): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return `"${line.length <= max ? line : `${line.slice(0, max - 1).toWellFormed()}…`}"`;
}

/** A sentence with its full stop, unless a quotation has one already. */
export const ended = (sentence: string): string => (/[.!?…]"?$/.test(sentence) ? sentence : `${sentence}.`);

/** `1 call`, `3 calls` */
export const several = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;

/** What somebody types who says yes to a held call. */
export const approving = (call: string): string => `interlock approve ${call} --by NAME --reason …`;
