import type { Course, Step } from '../course.ts';
import type { Fault } from '../../world/faults.ts';
import type { Instant } from '../../../std/clock.ts';
import { leavesOf, type Leaf } from './leaves.ts';
import type { ProbeRequest } from '../course.ts';
import { oddness } from './spellings.ts';
import type { Terms } from './terms.ts';

/**
 * How much a person has to read and to imagine: compared from the first number on. A course is simpler than another where its
 * weight is less; every simplification lessens it, so that shrinking comes to an end.
 */
export type Weight = readonly number[];

export function weightOf(course: Course, terms: Terms): Weight {
  const { steps, grants, startsAt } = course;
  const calls = steps.filter((step) => step.kind === 'call');
  const requests = steps.flatMap((step) => ('request' in step ? [step.request] : []));
  const sessions = calls.flatMap(({ session }) => session ?? []);
  const spans = spansIn(steps);
  const values = requests.flatMap((request) => leavesOf(request).map((leaf) => valueWeight(request, leaf, terms)));
  return [
    steps.length,
    grants.length,
    new Set(sessions).size,
    sum(calls.map(({ fault }) => faultWeight(fault))),
    calls.filter(({ lastsMs = 0 }) => lastsMs > 0).length,
    sessions.length,
    sum(grants.map(({ values: declared = {} }) => sum(Object.values(declared).map((one) => 1 + one.length)))),
    sum(requests.map((request) => leavesOf(request).length)),
    sum(requests.map(oddness)),
    sum(values),
    new Set(requests.map((request) => JSON.stringify(request))).size,
    sum(spans.map((ms) => spanWeight(ms, terms))),
    startWeight(startsAt, terms),
    sum(spans),
    Math.abs(startsAt - terms.ordinaryStart),
  ];
}

export function isLess(one: Weight, other: Weight): boolean {
  for (const [index, value] of one.entries()) {
    const against = other[index] ?? 0;
    if (value !== against) return value < against;
  }
  return false;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

export function spansIn(steps: readonly Step[]): readonly number[] {
  return steps.flatMap((step) => {
    if (step.kind === 'wait') return [step.ms];
    return step.kind === 'call' && step.lastsMs !== undefined ? [step.lastsMs] : [];
  });
}

/** From what happens every day to what takes a paragraph to explain. */
const FAULT_WEIGHTS: readonly ((fault: Fault) => boolean)[] = [
  ({ kind }) => kind === 'status',
  (fault) => fault.kind === 'reset' && fault.when === 'before',
  (fault) => fault.kind === 'reset' && fault.when === 'after',
  (fault) => fault.kind === 'crash' && fault.when === 'before',
  (fault) => fault.kind === 'crash' && fault.when === 'after',
  (fault) => fault.kind === 'hang' && !fault.commit,
  (fault) => fault.kind === 'hang' && fault.commit,
  (fault) => fault.kind === 'reset' && fault.when === 'during',
  ({ kind }) => kind === 'latency',
  ({ kind }) => kind === 'drift',
];

const PLAIN_STATUS = 503;
const STATUS_EXTRA = 0.1;
const WAIT_EXTRA = 0.2;

export function faultWeight(fault: Fault | undefined): number {
  if (fault === undefined) return 0;
  const rank = FAULT_WEIGHTS.findIndex((is) => is(fault)) + 1;
  if (fault.kind !== 'status') return rank;
  return rank + (fault.status === PLAIN_STATUS ? 0 : STATUS_EXTRA) + (fault.retryAfterS === undefined ? 0 : WAIT_EXTRA);
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Spans that a person would say. */
export const HUMAN_SPANS_MS = [1, 2, 10, 30].flatMap((count) =>
  [SECOND_MS, MINUTE_MS, HOUR_MS, DAY_MS].map((unit) => count * unit),
);

const HUMAN = new Set(HUMAN_SPANS_MS);

/** What a person would say weighs least; then the policy's own windows and their edges; then anything by how round it is. */
export function spanWeight(ms: number, { spansMs }: Terms): number {
  if (HUMAN.has(ms)) return 1;
  if (spansMs.includes(ms)) return 1;
  if (spansMs.includes(ms - 1) || spansMs.includes(ms + 1)) return 2;
  return 3 + unevenness(ms);
}

/** 0 for whole hours, 1 for whole minutes, 2 for whole seconds, 3 for the rest. */
function unevenness(ms: number): number {
  return [HOUR_MS, MINUTE_MS, SECOND_MS].filter((unit) => ms % unit !== 0).length;
}

function startWeight(startsAt: Instant, { ordinaryStart }: Terms): number {
  return startsAt === ordinaryStart ? 0 : 1 + unevenness(startsAt);
}

const UNKNOWN_NUMBER = 0;

export function valueWeight(request: ProbeRequest, leaf: Leaf, terms: Terms): number {
  const { value } = leaf;
  const unit = terms.amountUnit(request, leaf);
  if (unit !== undefined) return amountWeight(Number(value) * (unit === 'major' ? 100 : 1));
  const id = typeof value === 'string' ? terms.ids.get(value) : undefined;
  if (id !== undefined) return id.index;
  if (typeof value === 'number') return Math.abs(value);
  return UNKNOWN_NUMBER;
}

const SIGN_WEIGHT = 400;
const DIGIT_WEIGHT = 40;
const SUB_UNIT_WEIGHT = 100;
/** Beyond any amount that can be read: such a value is no number to make simpler. */
const UNREADABLE_WEIGHT = 0;

/** Of an amount in minor units: 1.00 weighs least, then 10.00; more digits weigh more than more zeros. */
export function amountWeight(minor: number): number {
  if (!Number.isFinite(minor)) return UNREADABLE_WEIGHT;
  const digits = String(Math.abs(minor)).replace(/\.\d*$/, '');
  const significant = digits.replace(/0+$/, '');
  const leading = significant === '' || significant === '1' ? 0 : significant === '5' ? 1 : 2;
  const isBelowOne = digits.length < 3;
  return (
    (minor < 0 ? SIGN_WEIGHT : 0) +
    significant.length * DIGIT_WEIGHT +
    leading * 10 +
    (isBelowOne ? SUB_UNIT_WEIGHT : digits.length)
  );
}
