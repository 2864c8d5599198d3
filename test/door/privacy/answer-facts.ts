import type { AnswerFacts } from '../../../src/engine/event.ts';

/** An answer of which no rule takes anything. */
export const NO_ANSWER_FACTS: AnswerFacts = {
  status: 200,
  latencyMs: 1,
  retryAfterMs: null,
  etag: null,
  contract: null,
  values: {},
};
