import type { TraceParent } from '../../door/normal/traceparent.ts';
import { fail, ok, type Result } from '../../std/result.ts';

/** Whether a request is traced: of a trace that goes on, its caller's word; else by its id alone, so that others choose alike. */
export type Sampler = (traceId: string, parent: TraceParent | undefined) => boolean;

const ALL: Sampler = () => true;
const NONE: Sampler = () => false;
/** The last eight hex digits are random in every version of the standard. */
const RANDOM_DIGITS = 8;
const RANDOM_SPAN = 2 ** 32;

/** What `OTEL_TRACES_SAMPLER` names; `parentbased_always_on` where it is not set. */
export function samplerOf(name = 'parentbased_always_on', argument = '1'): Result<Sampler, string> {
  const ratio = Number(argument);
  if (!(ratio >= 0 && ratio <= 1)) {
    return fail(`Failed to read OTEL_TRACES_SAMPLER_ARG: \`${argument}\` is no ratio; write a number from 0 to 1.`);
  }
  const some: Sampler = (traceId) => Number.parseInt(traceId.slice(-RANDOM_DIGITS), 16) < ratio * RANDOM_SPAN;
  const named: Readonly<Record<string, Sampler>> = {
    always_on: ALL,
    always_off: NONE,
    traceidratio: some,
    parentbased_always_on: byParent(ALL),
    parentbased_always_off: byParent(NONE),
    parentbased_traceidratio: byParent(some),
  };
  const sampler = Object.hasOwn(named, name) ? named[name] : undefined;
  if (sampler !== undefined) return ok(sampler);
  return fail(
    `Failed to read OTEL_TRACES_SAMPLER: no sampler \`${name}\`. There are ${Object.keys(named).join(', ')}.`,
  );
}

function byParent(root: Sampler): Sampler {
  return (traceId, parent) => parent?.sampled ?? root(traceId, parent);
}
