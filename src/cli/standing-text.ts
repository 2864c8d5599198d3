import type { Stood } from '../door/operations.ts';

/** Where an agent stands after somebody changed it, in a sentence or two. */
export function standingText({ agent, before, stage, step, until }: Stood): string {
  const where = `${stage}${step === null ? '' : `, step ${step} of its ramp`}`;
  const end = until === null ? '' : ` until ${new Date(until).toISOString()}`;
  const was = before === stage ? '' : `; it stood at ${before}`;
  return `${agent} stands at ${where}${end}${was}.`;
}
