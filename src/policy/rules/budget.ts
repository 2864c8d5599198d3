import { z } from 'zod';
import type { BudgetRule } from '../../engine/guards/budget.ts';
import { durationMs, moneyOf } from '../checked.ts';
import { Amount, Duration } from '../schema/text.ts';
import { calendarFault } from '../semantics/zone.ts';
import type { RuleKind } from './kind.ts';
import { onTrip } from './on-trip.ts';
import { selector } from './selector.ts';

const form = {
  ...selector,
  max: Amount.meta({ description: 'Most money that may leave.', examples: ['500 USD'] }),
  per: z.union([z.literal('day'), Duration], { error: 'day, or a rolling window: 24h' }).meta({
    description: '`day` is a calendar day in `timezone`; a duration is a window that ends now.',
    examples: ['day', '24h'],
  }),
  timezone: z
    .string({ error: 'an IANA time zone: America/New_York' })
    .optional()
    .meta({
      description: 'IANA time zone of the calendar day. Needed with `per: day`.',
      examples: ['America/New_York'],
    }),
  onTrip: onTrip('freeze'),
};

export const SharedBudget = z
  .strictObject(form)
  .meta({ description: 'One pot for all agents together: spent + held never exceeds it.' });

export const Budget = z
  .strictObject({
    ...form,
    each: z
      .enum(['agent', 'task', 'grant'])
      .default('agent')
      .meta({ description: 'Who has a pot of their own.', examples: ['agent'] }),
  })
  .meta({ description: 'A pot of money: spent + held never exceeds it.' });

export type SharedBudgetFile = z.infer<typeof SharedBudget>;

export const budget: RuleKind<z.infer<typeof Budget>, BudgetRule> = {
  check: (rule, { path }, report) => calendarFault(rule, path, report),
  compile: (file, { rule, routes }) => ({ rule, routes, ...limitOf(file), each: file.each, onTrip: file.onTrip }),
};

export function limitOf({ max, per, timezone }: SharedBudgetFile): Pick<BudgetRule, 'max' | 'per'> {
  const window =
    per === 'day'
      ? { kind: 'day' as const, timeZone: timezone ?? 'UTC' }
      : { kind: 'rolling' as const, ms: durationMs(per) };
  return { max: moneyOf(max), per: window };
}
