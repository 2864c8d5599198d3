import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { Signature } from '../contract/acts.ts';
import { ReloadAnswer } from '../contract/policy.ts';
import { acts, asks, inTheNameOf, json, type ControlApp } from './operation.ts';

const reload = createRoute({
  method: 'post',
  path: '/v1/policy/reload',
  operationId: 'reloadPolicy',
  tags: ['policy'],
  summary: 'Load the policy again from the file that the door was started with',
  description:
    'All of it or nothing, on record with who wanted it. It is refused where it lets an agent really do more than before ' +
    'without a promotion for exactly this policy, and where it needs a restart; the door then keeps the policy it has.',
  ...asks('administer'),
  request: {
    query: z.strictObject({
      dry: z
        .literal('1')
        .optional()
        .meta({ description: 'Say what it would do, and change nothing.', examples: ['1'] }),
    }),
    body: json(Signature),
  },
  responses: acts('What it did: `loaded`, or `refused` and why.', ReloadAnswer, 409),
});

/** What becomes of the policy while the door is open. */
export function reloadRoute(app: ControlApp): void {
  app.openapi(reload, (context) => {
    const { dry } = context.req.valid('query');
    return inTheNameOf(context, context.req.valid('json').by, ReloadAnswer, (by, operations) =>
      operations.reload(by, dry === '1'),
    );
  });
}
