import type { OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import type { Operations } from '../door/operations.ts';
import type { ControlEnv } from './access/human.ts';
import { ENVELOPE_BYTES_MAX } from '../promotion/index.ts';
import { answer, malformed, named, parsed } from './exchange.ts';

export const PROMOTIONS_PATH = '/v1/promotions';
/** A promotion as a JSON string: some of its characters are written as two. */
export const PROMOTION_BODY_MAX_BYTES = 2 * ENVELOPE_BYTES_MAX;

const promotion = z.object({ envelope: z.string(), by: z.string().min(1).max(200) }).strict();
const revocation = named.extend({ agent: z.string() });
const emergency = named.extend({ stage: z.string(), lastsMs: z.number().int().positive() });

/** What changes where an agent stands. */
export function standingRoutes(app: OpenAPIHono<ControlEnv>, operations: Operations): void {
  app.post(PROMOTIONS_PATH, async (context) => {
    const body = await parsed(context, promotion);
    if (!body.success) return malformed(context, body.error);
    return answer(context, await operations.admitPromotion(body.data.envelope, body.data.by));
  });
  app.post('/v1/promotions/:promotion/revoke', async (context) => {
    const body = await parsed(context, revocation);
    if (!body.success) return malformed(context, body.error);
    const { agent, by, reason } = body.data;
    return answer(context, await operations.revokePromotion(context.req.param('promotion'), agent, by, reason));
  });
  for (const [path, act] of [
    ['demote', 'demote'],
    ['end-glass', 'endGlass'],
  ] as const) {
    app.post(`/v1/agents/:agent/${path}`, async (context) => {
      const body = await parsed(context, named);
      if (!body.success) return malformed(context, body.error);
      return answer(context, await operations[act](context.req.param('agent'), body.data.by, body.data.reason));
    });
  }
  app.post('/v1/agents/:agent/break-glass', async (context) => {
    const body = await parsed(context, emergency);
    if (!body.success) return malformed(context, body.error);
    return answer(context, await operations.breakGlass({ agent: context.req.param('agent'), ...body.data }));
  });
}
