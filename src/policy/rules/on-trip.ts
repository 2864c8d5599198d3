import { z } from 'zod';

/** The `onTrip` key of a rule whose threshold an agent can cross. */
export const onTrip = (fallback: 'deny' | 'freeze' | 'kill') =>
  z
    .enum(['deny', 'freeze', 'kill'])
    .default(fallback)
    .meta({
      description:
        'What crossing it does beyond refusing the call: nothing, freeze the agent, or freeze it and sever its calls.',
      examples: [fallback],
    });
