import { z } from 'zod';

/** Whether the door should be sent calls, and why not. */
export const ReadyView = z.strictObject({
  ready: z.boolean(),
  reasons: z.array(
    z.strictObject({
      code: z.enum(['journal_failed', 'journal_closed', 'journal_stalled', 'disk_full', 'draining']),
      /** What it means, and the next step. */
      text: z.string(),
    }),
  ),
});
export type ReadyView = z.infer<typeof ReadyView>;
