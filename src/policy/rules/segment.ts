import { assert } from '../../std/assert.ts';
import { z } from 'zod';
import { RING, type SegmentRule } from '../../engine/guards/segment.ts';
import { parseField, readField } from '../field.ts';
import { FieldPath } from '../schema/route.ts';
import { text } from '../schema/text.ts';
import { checkRequestField } from '../semantics/request-field.ts';
import { selects } from '../selector.ts';
import type { Report } from '../report.ts';
import type { RuleKind, RulePlace } from './kind.ts';
import { selector } from './selector.ts';
import { needSubjects } from './subjects.ts';

/** A list longer than this is a share. */
const CUSTOMERS_MAX = 10_000;
const SHARE_FORM = 'a share above 0% and up to 100%, with at most four decimals: 5%, 0.25%';

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
    share: text(SHARE_FORM, /^\d{1,3}(\.\d{1,4})?%$/, (share) => partOf(share) > 0 && partOf(share) <= 1)
      .optional()
      .meta({
        description: 'How many of all others are in, by a stable hash: a larger share contains a smaller one.',
        examples: ['5%'],
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
    belows: [share === undefined ? 0 : Math.round(partOf(share) * RING)],
    salt: salt ?? agent,
  }),
};

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
