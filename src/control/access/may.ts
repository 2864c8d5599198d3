import { createMiddleware } from 'hono/factory';
import { mayOf, type Action } from '../contract/roles.ts';
import type { ControlEnv } from './human.ts';

/** Lets a request pass whose human may do this; every route has one. */
export function may(action: Action) {
  return createMiddleware<ControlEnv>(async (context, next) => {
    const { roles, name } = context.get('human');
    if (mayOf(roles).has(action)) return next();
    const who = name ?? 'the machine’s token';
    return context.json({ error: `Refused: ${who} has the roles ${roles.join(', ')}, and may not ${action}.` }, 403);
  });
}
