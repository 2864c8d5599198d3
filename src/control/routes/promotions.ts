import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { ENVELOPE_BYTES_MAX } from '../../promotion/index.ts';
import { Admitted, Promotion, Revocation } from '../contract/acts.ts';
import { acts, asks, inTheNameOf, json, type ControlApp } from './operation.ts';

export const PROMOTIONS_PATH = '/v1/promotions';
/** A promotion as a JSON string: some of its characters are written as two. */
export const PROMOTION_BODY_MAX_BYTES = 2 * ENVELOPE_BYTES_MAX;

const tags = ['promotions'];

const admit = createRoute({
  method: 'post',
  path: PROMOTIONS_PATH,
  operationId: 'admitPromotion',
  tags,
  summary: 'Let an agent work where a signed promotion says that it may',
  description: 'Admitting one again changes nothing, and is on no record.',
  ...asks('administer'),
  request: { body: json(Promotion) },
  responses: acts('Where its agent stands now.', Admitted, 404, 409),
});

const revoke = createRoute({
  method: 'post',
  path: `${PROMOTIONS_PATH}/{promotion}/revoke`,
  operationId: 'revokePromotion',
  tags,
  summary: 'Take a promotion back for good, admitted or not',
  ...asks('restrain'),
  request: {
    params: z.strictObject({
      promotion: z.string().meta({ description: 'By its name.', examples: ['promotion_3f1c'] }),
    }),
    body: json(Revocation),
  },
  responses: acts('Where its agent stands now.', Admitted, 404, 409),
});

/** What the gate signed: admitted, or taken back. */
export function promotionRoutes(app: ControlApp): void {
  app.openapi(admit, (context) => {
    const { envelope, by: given } = context.req.valid('json');
    return inTheNameOf(context, given, Admitted, (by, operations) => operations.admitPromotion(envelope, by));
  });
  app.openapi(revoke, (context) => {
    const { agent, reason, by: given } = context.req.valid('json');
    return inTheNameOf(context, given, Admitted, (by, operations) =>
      operations.revokePromotion(context.req.valid('param').promotion, agent, by, reason),
    );
  });
}
