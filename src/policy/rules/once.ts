import { z } from 'zod';
import type { OnceRule } from '../../engine/guards/once.ts';
import { durationMs } from '../checked.ts';
import { Duration, Id } from '../schema/text.ts';
import { onlyRoute, type RuleKind } from './kind.ts';
import { needSubjects } from './subjects.ts';

export const Once = z
  .strictObject({
    route: Id.meta({ description: 'The route that takes effect once.', examples: ['create_refund'] }),
    per: z
      .literal('subject')
      .meta({ description: "What it takes effect once for: the route's subject.", examples: ['subject'] }),
    within: Duration.optional().meta({ description: 'For how long. Absent: for ever.', examples: ['30d'] }),
  })
  .meta({ description: 'At most one effect per subject, counted over all agents.' });

export const once: RuleKind<z.infer<typeof Once>, OnceRule> = {
  check: (_rule, { concerned, path }, report) => needSubjects(concerned, [...path, 'route'], '`once`', report),
  compile: (file, { rule }) => ({
    rule,
    route: onlyRoute(file),
    withinMs: file.within === undefined ? undefined : durationMs(file.within),
  }),
};
