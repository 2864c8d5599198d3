import type { ControlContext } from '../access/human.ts';
import type { Asker, Lookups } from '../lookup/lookups.ts';
import type { Question } from '../lookup/question.ts';
import type { Premises } from '../premises.ts';
import { GONE, refuse } from './operation.ts';

/** Who asks, and until when they wait. */
export function askerOf(context: ControlContext): Asker {
  return { whose: context.get('human').name, gone: context.req.raw.signal };
}

/** Hands on what was looked up as it came. What was decided before the question is on the disk by then, where it is looked for. */
export async function lookedUp(context: ControlContext, premises: Premises, lookups: Lookups, question: Question) {
  await premises.log.durable();
  const found = await lookups.ask(question, askerOf(context));
  // What was looked up for somebody who was removed meanwhile is not theirs to read any more.
  if (context.get('isStillIn')?.() === false) return refuse(context, 401, GONE);
  if (!found.ok) return refuse(context, found.failure.status, found.failure.message);
  return context.body(found.value, 200, { 'content-type': 'application/json', 'cache-control': 'no-store' }) as never;
}
