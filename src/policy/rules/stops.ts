import { z } from 'zod';

/** The `onTrip` key of a rule that refuses no call by itself: it stops the agent, or it is nothing. */
export const stops = z
  .enum(['freeze', 'kill'])
  .default('freeze')
  .meta({ description: 'Freezes the agent, or freezes it and severs its calls.', examples: ['freeze'] });
