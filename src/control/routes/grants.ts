import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { ok } from '../../std/result.ts';
import { Signature } from '../contract/acts.ts';
import { GrantLine, GrantMade, GrantRequest, GrantRevoked } from '../contract/grants.ts';
import type { Premises } from '../premises.ts';
import { acts, answers, asks, inTheNameOf, json, tell, type ControlApp } from './operation.ts';

const tags = ['grants'];
const GrantLines = z.array(GrantLine);

const list = createRoute({
  method: 'get',
  path: '/v1/grants',
  operationId: 'listGrants',
  tags,
  summary: 'Every grant ever made, without its token',
  ...asks('look'),
  responses: answers('In the order in which they were made.', GrantLines),
});

const create = createRoute({
  method: 'post',
  path: '/v1/grants',
  operationId: 'createGrant',
  tags,
  summary: 'Make a grant: a token for one agent and one task',
  description: 'A narrower one where `parent` names another. The token is in this answer and nowhere else.',
  ...asks('administer'),
  request: { body: json(GrantRequest) },
  responses: acts('The grant, and its token.', GrantMade, 404, 409),
});

const revoke = createRoute({
  method: 'post',
  path: '/v1/grants/{grant}/revoke',
  operationId: 'revokeGrant',
  tags,
  summary: 'End a grant and every grant narrowed from it',
  description: 'At once, on open connections too. A write that was sent goes on, for its outcome.',
  ...asks('restrain'),
  request: {
    params: z.strictObject({ grant: z.string().meta({ description: 'By its id.', examples: ['grant_3f1c'] }) }),
    body: json(Signature),
  },
  responses: acts('It is good for nothing more.', GrantRevoked, 404),
});

/** Tokens: made, listed, ended. */
export function grantRoutes(app: ControlApp, { operations: door }: Premises): void {
  app.openapi(list, (context) => tell(context, GrantLines, door.listGrants()));
  app.openapi(create, (context) => {
    const { by: given, ...asked } = context.req.valid('json');
    return inTheNameOf(context, given, GrantMade, async (by, operations) => {
      const made = await operations.createGrant({ ...asked, by });
      if (!made.ok) return made;
      const { tokenHash: _hash, ...grant } = made.value.grant;
      return ok({ grant, token: made.value.token });
    });
  });
  app.openapi(revoke, (context) =>
    inTheNameOf(context, context.req.valid('json').by, GrantRevoked, (by, operations) =>
      operations.revokeGrant(context.req.valid('param').grant, by),
    ),
  );
}
