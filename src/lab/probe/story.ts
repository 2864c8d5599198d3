import { unreachable } from '../../std/assert.ts';
import type { Instant } from '../../std/clock.ts';
import { formatDuration } from '../../std/duration.ts';
import { formatMoney } from '../../std/money.ts';
import { isReadable, type Call } from '../../engine/call.ts';
import type { Fault } from '../world/faults.ts';
import type { Account, StepAccount } from './account.ts';
import type { ProbeRequest } from './course.ts';

/** Patterns of lines that are told once: a call, a call and what follows it, … */
const PATTERN_MAX = 3;

/**
 * A course in sentences, one line a step, the harm last: what a person reads at three in the morning. Waits are no lines, the
 * clock tells of them; lines alike in a row are one.
 */
export function storyOf({ steps, harm }: Account): readonly string[] {
  const teller = new Teller(steps);
  const lines = steps.flatMap((one) => teller.told(one));
  return [...folded(lines).map(shown), ...(harm === undefined ? [] : [`Harm: ${sentence(harm.text)}`])];
}

interface Line {
  readonly at: Instant;
  readonly text: string;
}

/** Lines alike in a row. */
interface Fold {
  readonly lines: readonly Line[];
  readonly count: number;
  readonly until: Instant;
}

class Teller {
  /** Names are told only where there are several. */
  readonly #namesAgents: boolean;
  readonly #namesSessions: boolean;
  readonly #seen = new Set<string>();

  constructor(steps: readonly StepAccount[]) {
    const calls = steps.flatMap(({ judged }) => judged?.call ?? []);
    this.#namesAgents = new Set(calls.map(({ agent }) => agent)).size > 1;
    const byAgent = Map.groupBy(calls, ({ agent }) => agent);
    this.#namesSessions = [...byAgent.values()].some((own) => new Set(own.map(({ session }) => session)).size > 1);
  }

  told(account: StepAccount): readonly Line[] {
    const { step, at } = account;
    switch (step.kind) {
      case 'wait':
        return [];
      case 'call':
        return [{ at, text: this.#call(account, step.request, step.fault, step.lastsMs) }];
      case 'restart': {
        const { lost = 0 } = account;
        const calls = lost === 0 ? '' : `; the outcome of ${counted(lost, 'call')} under way is lost`;
        return [{ at, text: `the door is killed and starts again from its journal${calls}` }];
      }
      case 'outside':
        return [
          { at, text: `somebody else, past the door: ${step.request.method} ${pathOf(step.request)}${deeds(account)}` },
        ];
      case 'approve': {
        const done =
          account.approved === true ? `a human approves ${step.agent}'s held call` : 'nothing waits for a human';
        return [{ at, text: done }];
      }
      default:
        return unreachable(step);
    }
  }

  #call(account: StepAccount, request: ProbeRequest, fault: Fault | undefined, lastsMs: number | undefined): string {
    const { judged, refused, freezes } = account;
    if (judged === undefined)
      return `${request.method} ${pathOf(request)}; the door cannot take it (${refused ?? 'unread'})`;
    const { call } = judged;
    const again = this.#seen.has(call.fingerprint) ? ', again' : '';
    this.#seen.add(call.fingerprint);
    const who = [
      ...(this.#namesAgents ? [call.agent] : []),
      ...(this.#namesSessions ? [`session ${call.session}`] : []),
    ].join(', ');
    const frozen = freezes.map(({ agent, reason }) => `; ${agent} is frozen (${reason.replaceAll('_', ' ')})`).join('');
    const what = whatOf(call, request);
    return `${who === '' ? '' : `${who}: `}${what}${again}; ${outcomeOf(account, fault, lastsMs)}${frozen}`;
  }
}

/** `create_refund charge:ch_1 for 50.00 USD` */
function whatOf({ route, subject, amount }: Call, request: ProbeRequest): string {
  if (route.startsWith('(')) return `${request.method} ${pathOf(request)}, for which there is no route`;
  const money = amount !== null && isReadable(amount) ? ` for ${formatMoney(amount)}` : '';
  return `${route} ${subject ?? pathOf(request)}${money}`;
}

function outcomeOf(account: StepAccount, fault: Fault | undefined, lastsMs: number | undefined): string {
  const { judged, arrived, ended } = account;
  const { verdict, decisive } = (judged as NonNullable<StepAccount['judged']>).decision;
  if (verdict === 'hold') return `held for a human by ${decisive.guard} (${decisive.rule})`;
  if (verdict !== 'allow')
    return `refused by ${decisive.guard} (${decisive.rule}): ${decisive.reason.replaceAll('_', ' ')}`;
  if (arrived === undefined) return 'let through, and stopped before it was sent';
  const slow = lastsMs !== undefined && lastsMs > 0 ? `; its answer takes ${formatDuration(lastsMs)}` : '';
  const status = ended?.status ?? null;
  const refusal = fault === undefined && status !== null && status >= 400 ? `; the business answers ${status}` : '';
  return `let through${deeds(account)}${refusal}${faultWords(fault)}${slow}`;
}

/** What changed at the business, in money where it did; whose it was only where the call said otherwise. */
function deeds({ deeds: done, judged }: StepAccount): string {
  return done
    .filter(({ entry }) => entry.write || entry.moneyOut !== null)
    .map(({ entry }) => {
      const { kind, subject, moneyOut, moneyIn, to } = entry;
      const money = moneyOut ?? moneyIn;
      const amount = money == null ? '' : ` ${formatMoney(money)}`;
      const whose = subject === judged?.call.subject ? '' : ` of ${subject}`;
      return `; the business commits: ${kind.replaceAll('_', ' ')}${amount}${whose}${to === undefined ? '' : ` to ${to}`}`;
    })
    .join('');
}

function faultWords(fault: Fault | undefined): string {
  switch (fault?.kind) {
    case undefined:
      return '';
    case 'latency':
      return `; the business takes ${formatDuration(fault.ms)}`;
    case 'status':
      return `; a gateway answers ${fault.status} instead`;
    case 'crash':
      return fault.when === 'after' ? '; then it breaks, and answers 500' : '; the business breaks and answers 500';
    case 'hang':
      return fault.commit ? '; no answer ever comes' : '; the business never answers';
    case 'reset':
      if (fault.when === 'before') return '; the connection breaks before it gets there';
      return fault.when === 'after' ? '; the answer is lost' : '; half the answer is lost';
    case 'drift':
      return `; the answer has another format (${fault.field})`;
    default:
      return unreachable(fault);
  }
}

/** The same lines in a row, one by one or as a pattern, become one with their number. */
function folded(lines: readonly Line[]): readonly Fold[] {
  const folds: Fold[] = [];
  for (let index = 0; index < lines.length;) {
    const { period, count } = repetition(lines, index);
    const end = index + period * count;
    folds.push({ lines: lines.slice(index, index + period), count, until: (lines[end - 1] as Line).at });
    index = end;
  }
  return folds;
}

function repetition(lines: readonly Line[], start: number): { readonly period: number; readonly count: number } {
  for (let period = 1; period <= PATTERN_MAX; period += 1) {
    let count = 1;
    while (isSame(lines, start, start + count * period, period)) count += 1;
    if (count > 1) return { period, count };
  }
  return { period: 1, count: 1 };
}

function isSame(lines: readonly Line[], one: number, other: number, length: number): boolean {
  if (other + length > lines.length) return false;
  return lines.slice(one, one + length).every(({ text }, index) => text === lines[other + index]?.text);
}

function shown({ lines, count, until }: Fold, index: number, all: readonly Fold[]): string {
  const [first] = lines as [Line];
  const before = all[index - 1]?.until;
  const day = before === undefined || dayOf(before) !== dayOf(first.at) ? `${dayOf(first.at)} ` : '';
  const texts = lines.map(({ text }) => text).join(' / ');
  if (count === 1) return `${day}${timeOf(first.at)} ${texts}.`;
  const last = dayOf(until) === dayOf(first.at) ? timeOf(until) : `${dayOf(until)} ${timeOf(until)}`;
  const when = until === first.at ? timeOf(first.at) : `${timeOf(first.at)} to ${last}`;
  return `${day}${when} ${texts} (×${count}).`;
}

function dayOf(at: Instant): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** In UTC; with milliseconds only where there are some. */
function timeOf(at: Instant): string {
  const text = new Date(at).toISOString().slice(11, 23);
  return text.endsWith('.000') ? text.slice(0, 8) : text;
}

const pathOf = ({ target }: ProbeRequest): string => target.split('?', 1)[0] ?? '';

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}
