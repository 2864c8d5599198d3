import { count } from '../schema/text.ts';

const MINIMUM_MAX = 100_000;

/** The `minimum` key of a rule that goes by a share of outcomes. */
export const minimum = count(MINIMUM_MAX)
  .default(20)
  .meta({ description: 'With fewer outcomes in the window nothing is concluded.', examples: [20] });
