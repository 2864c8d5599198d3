import { unreachable } from '../../std/assert.ts';
import { ok, type Result } from '../../std/result.ts';
import type { LookupRefused, Question } from './question.ts';

/** Looks it up. Each kind's code is loaded by its first question: who asks `why` does not wait for DuckDB. */
export async function answerTo(dir: string, question: Question): Promise<Result<unknown, LookupRefused>> {
  switch (question.kind) {
    case 'calls':
      return ok(await (await import('./calls.ts')).searchCalls(dir, question.search));
    case 'why':
      return ok(await (await import('./why.ts')).whyView(dir, question.what));
    case 'held':
      return ok(await (await import('./held.ts')).heldIn(dir, question));
    case 'review':
      return (await import('./review.ts')).reviewQueue(dir, question);
    case 'stops':
      return ok(await (await import('./stops.ts')).stopsIn(dir, question));
    case 'told':
      return ok(await (await import('./told.ts')).pagesTold(dir, question));
    case 'gate':
      return ok((await import('./gate.ts')).gateViews(dir, question));
    case 'replays':
      return ok((await import('./replays.ts')).replayViews(dir));
    case 'since':
      return ok(await (await import('./since.ts')).policySince(dir, question));
    default:
      return unreachable(question);
  }
}
