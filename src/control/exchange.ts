import type { Context } from 'hono';
import { z } from 'zod';
import type { Result } from '../std/result.ts';
import type { OperationRefused } from '../door/operations.ts';

/** Who did something, and why. */
export const named = z.object({ reason: z.string().min(1).max(1_000), by: z.string().min(1).max(200) }).strict();

export async function parsed<Schema extends z.ZodType>(
  context: Context,
  schema: Schema,
): Promise<z.ZodSafeParseResult<z.output<Schema>>> {
  return schema.safeParse(await context.req.json().catch(() => undefined));
}

export function malformed(context: Context, error: z.ZodError): Response {
  return context.json({ error: z.prettifyError(error) }, 400);
}

export function answer(context: Context, result: Result<object, OperationRefused>): Response {
  return result.ok
    ? context.json(result.value)
    : context.json({ error: result.failure.message }, result.failure.status);
}
