import { createRoute } from '@hono/zod-openapi';
import { Erased, Erasure } from '../contract/acts.ts';
import { acts, asks, inTheNameOf, json, type ControlApp } from './operation.ts';

const erase = createRoute({
  method: 'post',
  path: '/v1/erasures',
  operationId: 'erase',
  tags: ['people'],
  summary: 'Make everything that is sealed of a person unreadable, for good',
  description: 'It looks through all that was ever sealed, which may take minutes. The journal still verifies.',
  ...asks('administer'),
  request: { body: json(Erasure) },
  responses: acts('What is no more.', Erased, 409),
});

/** The right to be forgotten. */
export function erasureRoutes(app: ControlApp): void {
  app.openapi(erase, (context) => {
    const { person, mentions, reason, by: given } = context.req.valid('json');
    return inTheNameOf(context, given, Erased, (by, operations) => operations.erase(person, mentions, by, reason));
  });
}
