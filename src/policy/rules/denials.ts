import { z } from 'zod';
import type { DenialsRule } from '../../engine/guards/denials.ts';
import { durationMs } from '../checked.ts';
import { count, Duration } from '../schema/text.ts';
import type { RuleKind } from './kind.ts';
import { selector } from './selector.ts';
import { stops } from './stops.ts';

/** The trigger is exact: it remembers as many instants. */
export const DENIALS_MAX = 100_000;

export const Denials = z
  .strictObject({
    ...selector,
    denials: count(DENIALS_MAX).meta({
      description: 'Which refusal by the door trips. Calls that wait for a human are not refused.',
      examples: [20],
    }),
    within: Duration.meta({ description: 'The window they are counted in.', examples: ['60s'] }),
    onTrip: stops,
  })
  .meta({ description: 'An agent is refused again and again.' });

export const denials: RuleKind<z.infer<typeof Denials>, DenialsRule> = {
  compile: (file, { rule, routes }) => ({
    rule,
    routes,
    count: file.denials,
    withinMs: durationMs(file.within),
    onTrip: file.onTrip,
  }),
};
