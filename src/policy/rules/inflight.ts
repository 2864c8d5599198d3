import { z } from 'zod';
import type { InflightRule as Rule } from '../../engine/guards/inflight.ts';
import { count } from '../schema/text.ts';
import type { RuleKind } from './kind.ts';
import { selector } from './selector.ts';

const INFLIGHT_MAX = 10_000;

const InflightRule = z
  .strictObject({ ...selector, max: count(INFLIGHT_MAX).meta({ description: 'Most calls at a time.', examples: [5] }) })
  .meta({ description: 'Most calls under way at a time.' });

export const Inflight = z.union([count(INFLIGHT_MAX), z.array(InflightRule)], {
  error: 'a number, or a list of { route, max }',
});

export const inflight: RuleKind<z.infer<typeof InflightRule>, Rule> = {
  compile: ({ max }, { rule, routes }) => ({ rule, routes, max }),
};
