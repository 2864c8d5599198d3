import { z } from 'zod';
import { STAGES } from './overview.ts';

const Instant = z.number().int().meta({ description: 'Milliseconds since 1970, in UTC.' });

const AgentStatus = z
  .strictObject({
    agent: z.string(),
    stage: z.enum(STAGES),
    step: z.number().int().optional(),
    standing: z
      .strictObject({
        mayBe: z.enum(STAGES),
        unproven: z.enum(STAGES),
        ground: z.string(),
        id: z.string().optional(),
        until: z.string().nullable().optional(),
      })
      .optional()
      .meta({ description: 'Of an agent that needs a promotion: what it stands on, and until when.' }),
    frozen: z
      .strictObject({
        agent: z.string(),
        at: Instant,
        trip: z.enum(['freeze', 'kill']),
        by: z.string(),
        reason: z.string(),
      })
      .nullable(),
    limits: z.array(z.strictObject({ guard: z.string(), rule: z.string(), limit: z.string(), remaining: z.string() })),
    open: z
      .array(
        z.strictObject({
          call: z.string(),
          route: z.string(),
          subject: z.string().nullable(),
          amount: z.string().nullable(),
        }),
      )
      .meta({ description: 'Calls whose outcome nobody has seen yet.' }),
    waiting: z.array(z.string()).meta({ description: 'Calls that wait for a person.' }),
  })
  .meta({ id: 'AgentStatus' });

/** What `interlock status` shows. */
export const Status = z
  .strictObject({
    at: z.string(),
    policy: z.string(),
    environment: z.string(),
    mocked: z.literal(true).optional().meta({ description: 'Nothing real is behind the door; absent: it is.' }),
    disk: z
      .discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('ok') }),
        z.strictObject({
          kind: z.literal('full'),
          since: z.string(),
          reserveBytes: z.number().int(),
          unrecorded: z.number().int(),
          reads: z.string(),
        }),
      ])
      .optional(),
    agents: z.array(AgentStatus),
    pages: z.strictObject({
      waiting: z.number().int(),
      pages: z.array(
        z.strictObject({
          page: z.string(),
          kind: z.string(),
          agent: z.string(),
          since: z.string(),
          attempts: z.record(z.string(), z.number().int()),
        }),
      ),
      abandoned: z.array(
        z.strictObject({
          page: z.string(),
          channel: z.string(),
          attempt: z.number().int(),
          detail: z.string(),
        }),
      ),
    }),
    checkpoints: z.looseObject({ key: z.string() }).optional().meta({
      description: 'Of a journal whose checkpoints somebody signs: the key they verify with, the last, and its places.',
    }),
  })
  .meta({ id: 'Status' });
