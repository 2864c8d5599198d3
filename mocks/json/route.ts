import { z } from 'zod';
import { type Operation, operation } from '../../src/lab/world/operation.ts';
import type { WorldAnswer, WorldCall } from '../../src/lab/world/world.ts';
import { refuse } from './answers.ts';

/** One operation of a JSON API over a store. */
export interface Route<Store> {
  readonly operation: Operation;
  handle(store: Store, call: WorldCall, id: string): WorldAnswer;
}

/** Declares an operation: where it is, what its query (of a GET) or JSON body holds, what it does. */
export type DeclareRoute<Store> = <Schema extends z.ZodType>(
  text: string,
  schema: Schema,
  run: (store: Store, input: z.output<Schema>, id: string) => WorldAnswer,
) => Route<Store>;

/** What declares the operations of one kind of store. */
export function routesOf<Store>(): DeclareRoute<Store> {
  return (text, schema, run) => ({
    operation: operation(text),
    handle(store, { method, query, body, crash }, id) {
      const input = schema.safeParse(method === 'GET' ? query : (body ?? {}));
      if (!input.success) return refuse(400, 'invalid', z.prettifyError(input.error));
      if (crash === 'before') return CRASHED;
      const answer = run(store, input.data, id);
      return crash === 'after' ? CRASHED : answer;
    },
  });
}

/** For operations that take nothing. */
export const NOTHING = z.strictObject({});

const CRASHED = refuse(500, 'internal', 'An unexpected error occurred.');
