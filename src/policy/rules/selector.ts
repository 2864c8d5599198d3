import { z } from 'zod';
import { EFFECTS } from '../schema/route.ts';
import { Id } from '../schema/text.ts';

/** Which routes a rule concerns: none of the three keys means every route of the agent. */
export const selector = {
  route: Id.optional().meta({ description: 'The one route it concerns.', examples: ['create_refund'] }),
  routes: z
    .array(Id)
    .min(1, { error: 'at least one route' })
    .optional()
    .meta({ description: 'The routes it concerns, together.', examples: [['create_refund', 'create_payout']] }),
  effect: z
    .enum(EFFECTS)
    .optional()
    .meta({
      description:
        'Every route with this effect; `write` stands for all that are not `read`, money and destructive too.',
      examples: ['money'],
    }),
};

/** The keys that say which routes a rule concerns. */
export interface Selector {
  readonly route?: string | undefined;
  readonly routes?: readonly string[] | undefined;
  readonly effect?: (typeof EFFECTS)[number] | undefined;
}
