import type { Course, ProbeRequest, Step } from '../course.ts';
import { leavesOf, withLeaf, type Leaf, type Scalar } from './leaves.ts';
import type { Terms } from './terms.ts';

/** Whole units that people think in. */
const PLAIN_AMOUNTS = [1, 5, 10, 50, 100, 500, 1_000, 5_000, 10_000, 100_000, 1_000_000];
const MINOR_PER_UNIT = 100;
/** An id gives way to the first of its kind, or to one of the next few where those before it won't do. */
const IDS_TRIED = 4;

/** Courses whose requests say less, or what is said more often: fields left out, round amounts, the first id of its kind. */
export function* withSimplerValues(course: Course, terms: Terms): Generator<Course> {
  yield* withAlike(course);
  for (const { leaf, request, steps } of valuesIn(course)) {
    for (const value of simpler(request, leaf, terms)) {
      if (steps.length > 1) yield changed(course, steps, leaf, value);
      for (const index of new Set([steps[0] as number, steps.at(-1) as number]))
        yield changed(course, [index], leaf, value);
    }
  }
}

/** Courses that go the same way in fewer steps: every amount as large as one that the policy names, or just as round. */
export function* withBiggerStrides(course: Course, terms: Terms): Generator<Course> {
  for (const { leaf, request, steps } of valuesIn(course)) {
    const unit = terms.amountUnit(request, leaf);
    if (unit === undefined || steps.length < 2) continue;
    for (const value of largerAmounts(leaf.value, unit, terms)) yield changed(course, steps, leaf, value);
  }
}

/** Amounts that are as plain, or named by the policy, and larger. */
export function* largerAmounts(value: Scalar, unit: 'minor' | 'major', terms: Terms): Generator<Scalar> {
  for (const amount of amounts(value, unit, terms))
    if (Math.abs(Number(amount)) > Math.abs(Number(value))) yield amount;
}

/** One request is as another: the same operation with the other's values. */
function* withAlike(course: Course): Generator<Course> {
  const { steps } = course;
  const distinct = new Map(
    steps.flatMap((step) => ('request' in step ? [[JSON.stringify(step.request), step.request]] : [])),
  );
  if (distinct.size < 2 || distinct.size > IDS_TRIED * IDS_TRIED) return;
  for (const [text, request] of distinct) {
    for (const [other, alike] of distinct) {
      if (other === text || alike.method !== request.method || alike.upstream !== request.upstream) continue;
      yield {
        ...course,
        steps: steps.map((step) =>
          'request' in step && JSON.stringify(step.request) === text ? { ...step, request: alike } : step,
        ),
      };
    }
  }
}

interface Valued {
  readonly leaf: Leaf;
  readonly request: ProbeRequest;
  /** Where the same value stands in the same place. */
  readonly steps: readonly number[];
}

function valuesIn({ steps }: Course): readonly Valued[] {
  const found = new Map<string, { leaf: Leaf; request: ProbeRequest; steps: number[] }>();
  for (const [index, step] of steps.entries()) {
    if (!('request' in step)) continue;
    for (const leaf of leavesOf(step.request)) {
      const key = `${leaf.name} ${JSON.stringify(leaf.value)}`;
      const known = found.get(key);
      if (known === undefined) found.set(key, { leaf, request: step.request, steps: [index] });
      else known.steps.push(index);
    }
  }
  return [...found.values()];
}

function changed(course: Course, at: readonly number[], leaf: Leaf, value: Scalar | undefined): Course {
  const chosen = new Set(at);
  const steps = course.steps.map((step, index): Step => {
    if (!chosen.has(index) || !('request' in step)) return step;
    // The same field may stand elsewhere in another request.
    const own = leavesOf(step.request).find(({ name, value: has }) => name === leaf.name && has === leaf.value);
    return own === undefined ? step : { ...step, request: withLeaf(step.request, own, value) };
  });
  return { ...course, steps };
}

/** `undefined`: left out. */
function* simpler(request: ProbeRequest, leaf: Leaf, terms: Terms): Generator<Scalar | undefined> {
  const { value, place } = leaf;
  if (place.in !== 'path') yield undefined;
  const unit = terms.amountUnit(request, leaf);
  if (unit !== undefined) yield* amounts(value, unit, terms);
  if (unit !== undefined) return;
  const id = typeof value === 'string' ? terms.ids.get(value) : undefined;
  if (id !== undefined) yield* (terms.kinds[id.kind] ?? []).slice(0, Math.min(id.index, IDS_TRIED));
  else if (typeof value === 'number') yield* [0, 1, 10, 100].filter((plain) => plain < value);
}

function* amounts(value: Scalar, unit: 'minor' | 'major', { amounts: named }: Terms): Generator<Scalar> {
  const minor = Number(value) * (unit === 'major' ? MINOR_PER_UNIT : 1);
  if (!Number.isSafeInteger(minor)) return;
  const plain = PLAIN_AMOUNTS.map((units) => units * MINOR_PER_UNIT);
  const at = named.flatMap((amount) => [amount, amount / 2, amount - 1, amount - MINOR_PER_UNIT]);
  const sign = minor < 0 ? -1 : 1;
  const all = new Set([...plain, ...at, ...rounded(Math.abs(minor)), 1].filter(Number.isSafeInteger));
  for (const amount of all) {
    for (const signed of new Set([amount, sign * amount])) {
      if (signed !== minor) yield written(signed, unit, typeof value === 'number');
    }
  }
}

/** To one, two and three digits, down and up. */
function rounded(minor: number): readonly number[] {
  const { length } = String(minor);
  return [1, 2, 3].flatMap((digits) => {
    const step = 10 ** Math.max(0, length - digits);
    return [Math.floor(minor / step) * step, Math.ceil(minor / step) * step];
  });
}

function written(minor: number, unit: 'minor' | 'major', asNumber: boolean): Scalar {
  if (unit === 'minor') return asNumber ? minor : String(minor);
  const major = (minor / MINOR_PER_UNIT).toFixed(2);
  return asNumber ? Number(major) : major;
}
