import type { MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import { mayOf, type Action } from '../contract/roles.ts';
import type { ControlEnv } from './human.ts';

const ACTIONS = new WeakMap<object, Action>();

/** Lets a request pass whose human may do this; every route has one. */
export function may(action: Action): MiddlewareHandler<ControlEnv> {
  const guard = createMiddleware<ControlEnv>(async (context, next) => {
    const { roles, name } = context.get('human');
    if (mayOf(roles).has(action)) return next();
    const who = name ?? 'the machine’s token';
    return context.json({ error: `Refused: ${who} has the roles ${roles.join(', ')}, and may not ${action}.` }, 403);
  });
  ACTIONS.set(guard, action);
  return guard;
}

export interface Registered {
  readonly method: string;
  readonly path: string;
  /** What one must be allowed to; `undefined`: nobody has said so. */
  readonly action: Action | undefined;
}

/** Every route, with its action: what stands first among its handlers. What is used on every path is no route. */
export function routesOf(
  routes: readonly { readonly method: string; readonly path: string; readonly handler: object }[],
): readonly Registered[] {
  const first = new Map<string, Registered>();
  for (const { method, path, handler } of routes) {
    const key = `${method} ${path}`;
    if (method === 'ALL' && /^\/?\*$/.test(path)) continue;
    if (!first.has(key)) first.set(key, { method, path, action: ACTIONS.get(handler) });
  }
  return [...first.values()];
}
