import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { Signature } from '../contract/acts.ts';
import { ChangedUser, NewUser, UserList, UserMade, UserRemoved } from '../contract/users.ts';
import type { Premises } from '../premises.ts';
import { acts, answers, asks, inTheNameOf, json, tell, type ControlApp } from './operation.ts';

const tags = ['people'];
const ofUser = z.strictObject({ name: z.string().meta({ description: 'A person on record.', examples: ['ann'] }) });

const list = createRoute({
  method: 'get',
  path: '/v1/users',
  operationId: 'users',
  tags,
  summary: 'Who may enter, and as what',
  ...asks('administer'),
  responses: answers('Never with their tokens.', UserList),
});

const add = createRoute({
  method: 'post',
  path: '/v1/users',
  operationId: 'addUser',
  tags,
  summary: 'Let a person in',
  ...asks('administer'),
  request: { body: json(NewUser) },
  responses: acts('They may enter; their token, this once.', UserMade, 409),
});

const change = createRoute({
  method: 'post',
  path: '/v1/users/{name}/change',
  operationId: 'changeUser',
  tags,
  summary: 'Change what a person may do, or their token',
  description: 'Their sessions end: they sign in again.',
  ...asks('administer'),
  request: { params: ofUser, body: json(ChangedUser) },
  responses: acts('Who they are now.', UserMade, 404, 409),
});

const remove = createRoute({
  method: 'post',
  path: '/v1/users/{name}/remove',
  operationId: 'removeUser',
  tags,
  summary: 'Let a person in no more',
  description: 'Their token and their sessions end at once, and so does what they are watching.',
  ...asks('administer'),
  request: { params: ofUser, body: json(Signature) },
  responses: acts('They may enter no more.', UserRemoved, 404),
});

/** Who may enter. What is wrong with a name or a role is said by the operation, in words for people. */
export function userRoutes(app: ControlApp, { operations: door }: Pick<Premises, 'operations'>): void {
  app.openapi(list, (context) => tell(context, UserList, door.listUsers()));
  app.openapi(add, (context) => {
    const { by: given, ...user } = context.req.valid('json');
    return inTheNameOf(context, given, UserMade, (by, operations) => operations.addUser({ ...user, by }));
  });
  app.openapi(change, (context) => {
    const { by: given, ...asked } = context.req.valid('json');
    const { name } = context.req.valid('param');
    return inTheNameOf(context, given, UserMade, (by, operations) => operations.changeUser({ ...asked, name, by }));
  });
  app.openapi(remove, (context) => {
    const { name } = context.req.valid('param');
    return inTheNameOf(context, context.req.valid('json').by, UserRemoved, (by, operations) =>
      operations.removeUser(name, by),
    );
  });
}
