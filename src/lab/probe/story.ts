import { unreachable } from '../../std/assert.ts';
import type { Instant } from '../../std/clock.ts';
import { formatDuration } from '../../std/duration.ts';
import type { Json } from '../../std/canonical-json.ts';
import { formatMoney, type Money } from '../../std/money.ts';
import { isReadable, type Call } from '../../engine/call.ts';
import type { Fault } from '../world/faults.ts';
import type { Account, StepAccount } from './account.ts';
import type { ProbeRequest } from './course.ts';
import { committedBy, Tally, type Committed } from './story/committed.ts';
import { Moments } from './story/moments.ts';
import { fieldsText, leavesOf } from './story/written.ts';

/** Patterns of lines that are told once: a call, a call and what follows it, … */
const PATTERN_MAX = 3;

/**
 * A course in sentences, one line a step, the harm last: what a person reads at three in the morning. Waits are no lines, the
 * clock tells of them; lines alike in a row are one.
 */
export function storyOf({ steps, harm }: Account, telling: Telling = {}): readonly string[] {
  const teller = new Teller(steps, new Set(telling.places));
  const lines = steps.flatMap((one) => teller.told(one));
  const [moments, tally] = [new Moments(telling.zones ?? []), new Tally()];
  const told = folded(lines).map((fold) => shown(fold, moments, tally));
  return [...told, ...(harm === undefined ? [] : [`Harm: ${sentence(harm.text)}`])];
}

/** What a story needs to know of the policy it is about. */
export interface Telling {
  /** Time zones whose days decide whether it was harm. */
  readonly zones?: readonly string[];
  /** Places of requests that the policy reads: `body.contacts`. */
  readonly places?: readonly string[];
}

interface Line {
  readonly at: Instant;
  /** Up to what the business commits, where it commits anything. */
  readonly text: string;
  readonly committed?: readonly Committed[];
  /** What came after that. */
  readonly afterwards?: string;
}

/** Lines alike in a row: all of them, pattern by pattern. */
interface Fold {
  readonly lines: readonly Line[];
  readonly count: number;
}

class Teller {
  /** Names are told only where there are several. */
  readonly #namesAgents: boolean;
  readonly #namesSessions: boolean;
  readonly #seen = new Set<string>();
  /** Places that the policy reads. */
  readonly #read: ReadonlySet<string>;
  /** By route: places where its calls differ from each other. */
  readonly #differing: ReadonlyMap<string, ReadonlySet<string>>;

  constructor(steps: readonly StepAccount[], read: ReadonlySet<string>) {
    this.#read = read;
    this.#differing = differingPlaces(steps);
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
        return [{ at, ...this.#call(account, step.request, step.fault, step.lastsMs) }];
      case 'restart': {
        const { lost = 0 } = account;
        const calls = lost === 0 ? '' : `; the outcome of ${counted(lost, 'call')} under way is lost`;
        return [{ at, text: `the door is killed and starts again from its journal${calls}` }];
      }
      case 'outside':
        return [
          {
            at,
            text: `somebody else, past the door: ${step.request.method} ${pathOf(step.request)}`,
            committed: committedBy(account.deeds, null),
          },
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

  #call(
    account: StepAccount,
    request: ProbeRequest,
    fault: Fault | undefined,
    lastsMs: number | undefined,
  ): Omit<Line, 'at'> {
    const { judged, refused, freezes } = account;
    if (judged === undefined)
      return { text: `${request.method} ${pathOf(request)}; the door cannot take it (${refused ?? 'unread'})` };
    const { call } = judged;
    const again = this.#seen.has(call.fingerprint) ? ', again' : '';
    this.#seen.add(call.fingerprint);
    const who = [
      ...(this.#namesAgents ? [call.agent] : []),
      ...(this.#namesSessions ? [`session ${call.session}`] : []),
    ].join(', ');
    const frozen = freezes.map(({ agent, reason }) => `; ${agent} is frozen (${reason.replaceAll('_', ' ')})`).join('');
    const what = `${whatOf(call, request)}${this.#fields(call, request)}`;
    const { text, afterwards = '' } = outcomeOf(account, fault, lastsMs);
    return {
      text: `${who === '' ? '' : `${who}: `}${what}${again}; ${text}`,
      committed: committedBy(account.deeds, call.subject),
      afterwards: `${afterwards}${frozen}`,
    };
  }

  /** What tells this request from others of its route, and what the policy reads of it, but not what is told anyway. */
  #fields({ route, subject, amount }: Call, request: ProbeRequest): string {
    const differing = this.#differing.get(route);
    const id = subject?.slice(subject.indexOf(':') + 1);
    const money = amount !== null && isReadable(amount) ? amount : undefined;
    return fieldsText(leavesOf(request), (place, value) => {
      if (value === id || (money !== undefined && states(place, value, money))) return false;
      return subject === null || this.#read.has(place) || differing?.has(place) === true;
    });
  }
}

/** Micro-units of a minor unit with three, two or no decimals, and of a major one. */
const UNITS: readonly number[] = [1_000, 10_000, 1_000_000];

/** Whether a field is the amount, or its currency: the line has them in money. */
function states(place: string, value: Json, { currency, micros }: Money): boolean {
  if (/currency$/i.test(place)) return typeof value === 'string' && value.toUpperCase() === currency;
  return UNITS.includes(Number(micros) / Number(value));
}

function differingPlaces(steps: readonly StepAccount[]): ReadonlyMap<string, ReadonlySet<string>> {
  const calls = steps.flatMap(({ step, judged }) =>
    step.kind === 'call' && judged !== undefined ? [{ route: judged.call.route, leaves: leavesOf(step.request) }] : [],
  );
  const differing = [...Map.groupBy(calls, ({ route }) => route)].map(([route, alike]) => {
    const places = new Set(alike.flatMap(({ leaves }) => [...leaves.keys()]));
    const values = (place: string): ReadonlySet<unknown> =>
      new Set(alike.map(({ leaves }) => JSON.stringify(leaves.get(place))));
    return [route, new Set([...places].filter((place) => values(place).size > 1))] as const;
  });
  return new Map(differing);
}

/** `create_refund charge:ch_1 for 50.00 USD` */
function whatOf({ route, subject, amount }: Call, request: ProbeRequest): string {
  if (route.startsWith('(')) return `${request.method} ${pathOf(request)}, for which there is no route`;
  const money = amount !== null && isReadable(amount) ? ` for ${formatMoney(amount)}` : '';
  return `${route} ${subject ?? pathOf(request)}${money}`;
}

function outcomeOf(
  account: StepAccount,
  fault: Fault | undefined,
  lastsMs: number | undefined,
): Pick<Line, 'text' | 'afterwards'> {
  const { judged, arrived, ended } = account;
  const { verdict, decisive } = (judged as NonNullable<StepAccount['judged']>).decision;
  if (verdict === 'hold') return { text: `held for a human by ${decisive.guard} (${decisive.rule})` };
  if (verdict !== 'allow')
    return { text: `refused by ${decisive.guard} (${decisive.rule}): ${decisive.reason.replaceAll('_', ' ')}` };
  if (arrived === undefined) return { text: 'let through, and stopped before it was sent' };
  const slow = lastsMs !== undefined && lastsMs > 0 ? `; its answer takes ${formatDuration(lastsMs)}` : '';
  const status = ended?.status ?? null;
  const refusal = fault === undefined && status !== null && status >= 400 ? `; the business answers ${status}` : '';
  return { text: 'let through', afterwards: `${refusal}${faultWords(fault)}${slow}` };
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
    folds.push({ lines: lines.slice(index, end), count });
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
  return lines
    .slice(one, one + length)
    .every((line, index) => plainText(line) === plainText(lines[other + index] as Line));
}

/** @param inAll what follows each thing that was committed */
function plainText({ text, committed = [], afterwards = '' }: Line, inAll: readonly string[] = []): string {
  const deeds = committed.map((deed, index) => `; the business commits: ${deed.text}${inAll[index] ?? ''}`);
  return `${text}${deeds.join('')}${afterwards}`;
}

function shown({ lines, count }: Fold, moments: Moments, tally: Tally): string {
  const [first, period] = [lines[0] as Line, lines.length / count];
  const texts = lines.slice(0, period).map((line, place) => {
    const alike = lines.filter((_, index) => index % period === place);
    const inAll = (line.committed ?? []).map((_, index) =>
      tally.add(alike.flatMap((one) => one.committed?.[index] ?? [])),
    );
    return plainText(line, inAll);
  });
  const times = count === 1 ? '' : ` (×${count})`;
  return `${moments.told(first.at, (lines.at(-1) as Line).at)} ${texts.join(' / ')}${times}.`;
}

const pathOf = ({ target }: ProbeRequest): string => target.split('?', 1)[0] ?? '';

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}
