import type { Json } from '../../src/std/canonical-json.ts';
import type { WorldAnswer } from '../../src/lab/world/world.ts';

export const answer = (body: Json, status = 200): WorldAnswer => ({ status, body });

export const refuse = (status: number, code: string, message: string): WorldAnswer => ({
  status,
  body: { error: { code, message } },
});

export const notFound = (kind: string, id: string): WorldAnswer =>
  refuse(404, 'not_found', `There is no ${kind} ${id}.`);
