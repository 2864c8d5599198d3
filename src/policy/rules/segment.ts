import { assert } from '../../std/assert.ts';
import { z } from 'zod';
import { RING, type SegmentRule } from '../../engine/guards/segment.ts';
import { parseField, readField } from '../field.ts';
import { FieldPath } from '../schema/route.ts';
import { text } from '../schema/text.ts';
import { checkRequestField } from '../semantics/request-field.ts';
import { selects } from '../selector.ts';
import type { Path } from '../problem.ts';
import type { Report } from '../report.ts';
import type { RuleKind, RulePlace } from './kind.ts';
import { selector } from './selector.ts';
import { needSubjects } from './subjects.ts';

/** A list longer than this is a share. */
const CUSTOMERS_MAX = 10_000;
/** A ramp with more steps is a promotion a day for weeks. */
export const RAMP_STEPS_MAX = 16;

const SHARE_FORM = 'a share above 0% and up to 100%, with at most four decimals: 5%, 0.25%';
const STEP_FORM = 'a share up to 100%, or 0% where nobody is in yet: 0%, 1%, 5%';
const RAMP_FORM = 'a share, 5%, or one for each step of a ramp, [1%, 5%, 25%]';
const SHARE = /^\d{1,3}(\.\d{1,4})?%$/;

const Step = text(STEP_FORM, SHARE, (share) => partOf(share) <= 1);

export const Segment = z
  .strictObject({
    ...selector,
    by: FieldPath.meta({
      description: 'What a call belongs to: the subject of its route, or a field of the request.',
      examples: ['body.customer', 'subject'],
    }),
    customers: z
      .array(z.string().min(1).max(256))
      .min(1, { error: 'at least one customer' })
      .max(CUSTOMERS_MAX)
      .optional()
      .meta({
        description: 'Those that are in by name, exactly as requests write them.',
        examples: [['cus_1', 'cus_2']],
      }),
    share: z
      .union(
        [
          text(SHARE_FORM, SHARE, (share) => partOf(share) > 0 && partOf(share) <= 1),
          z
            .array(Step)
            .min(2, { error: 'at least two steps; a ramp of one is a share: 5%' })
            .max(RAMP_STEPS_MAX, { error: `at most ${RAMP_STEPS_MAX} steps` }),
        ],
        { error: RAMP_FORM },
      )
      .optional()
      .meta({
        description:
          'How many of all others are in, by a stable hash: a larger share contains a smaller one. A list: one for each ' +
          'step of the ramp, each of which needs a promotion; 0% is still closed, and beyond the list its last share holds.',
        examples: ['5%', ['1%', '5%', '25%']],
      }),
    salt: z
      .string()
      .max(64)
      .optional()
      .meta({ description: "Which ones a share takes. Absent: the agent's name.", examples: ['pilot-2'] }),
  })
  .meta({ description: 'In the stage `limited`: who may really be written for.' });

type SegmentFile = z.infer<typeof Segment>;

export const segment: RuleKind<SegmentFile, SegmentRule> = {
  check(rule, place, report) {
    const { concerned, path } = place;
    if (rule.customers === undefined && rule.share === undefined) {
      report.error(path, { message: 'a segment without anybody in it', accepted: 'customers, share, or both' });
    }
    if (rule.salt !== undefined && rule.share === undefined) {
      report.error([...path, 'salt'], { message: 'a salt without a share has no effect', on: 'key' });
    }
    if (Array.isArray(rule.share)) checkRamp(rule.share, [...path, 'share'], report);
    const repeated = rule.customers?.findIndex((name, index, all) => all.indexOf(name) !== index) ?? -1;
    if (repeated >= 0)
      report.error([...path, 'customers', repeated], `\`${rule.customers![repeated]}\` is named twice`);
    const writes = concerned.filter(([, { effect }]) => effect !== 'read');
    if (concerned.length > 0 && writes.length === 0) {
      report.error(path, 'a segment is about writes, and these routes are reads');
    }
    if (rule.by === 'subject') needSubjects(writes, [...path, 'by'], '`by: subject`', report);
    else checkRequestField(rule.by, writes, [...path, 'by'], report);
    checkAlone(place, report);
  },
  compile: ({ by, customers = [], share, salt }, { rule, routes, agent }) => ({
    rule,
    routes,
    key: by === 'subject' ? by : fieldKey(by),
    customers: new Set(customers),
    belows: [share ?? '0%'].flat().map((step) => Math.round(partOf(step) * RING)),
    salt: salt ?? agent,
  }),
};

/** Whoever is in at a step is in at every later one: nobody is taken out by a promotion. */
function checkRamp(steps: readonly string[], path: Path, report: Report): void {
  for (const [index, step] of steps.entries()) {
    const before = steps[index - 1];
    if (before !== undefined && partOf(step) < partOf(before)) {
      report.error([...path, index], `a ramp widens, and ${step} is less than ${before} before it`);
    }
  }
  if (steps.every((step) => partOf(step) === 0)) {
    report.error(path, { message: 'this ramp never opens', accepted: 'a step above 0%' });
  }
}

/** Two rules for one route would leave open which of them says who is in. */
function checkAlone({ policy, agent, path, concerned }: RulePlace, report: Report): void {
  const earlier = policy.agents[agent]?.segment.slice(0, Number(path.at(-1))) ?? [];
  const twice = concerned.find(
    ([id, { effect }]) => effect !== 'read' && earlier.some((other) => selects(other, id, effect)),
  );
  if (twice !== undefined) report.error(path, `\`${twice[0]}\` has a segment already; a route has one`);
}

function partOf(share: string): number {
  return Number(share.slice(0, -1)) / 100;
}

function fieldKey(by: string): SegmentRule['key'] {
  const field = parseField(by);
  assert(field !== undefined, `the field \`${by}\` was checked when the policy was read`);
  const read = readField(field);
  return (request) => keyOf(read(request));
}

function keyOf(value: unknown): string | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : null;
  return typeof value === 'string' && value !== '' ? value : null;
}
