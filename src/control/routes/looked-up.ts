import type { ControlContext } from '../access/human.ts';
import type { Lookups } from '../lookup/lookups.ts';
import type { Question } from '../lookup/question.ts';
import type { Premises } from '../premises.ts';
import { refuse } from './operation.ts';

/** Hands on what was looked up as it came. What was decided before the question is on the disk by then, where it is looked for. */
export async function lookedUp(context: ControlContext, premises: Premises, lookups: Lookups, question: Question) {
  await premises.log.durable();
  const found = await lookups.ask(question, context.req.raw.signal);
  if (!found.ok) return refuse(context, found.failure.status, found.failure.message);
  return context.body(found.value, 200, { 'content-type': 'application/json', 'cache-control': 'no-store' }) as never;
}
