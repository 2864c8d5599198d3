import type { Json } from '../../std/canonical-json.ts';
import { fail, ok, type Result } from '../../std/result.ts';
import { leaf, type AnswerPlan, type LeafPlan, type Plan, type Source } from '../../policy/index.ts';
import type { MadeAnswer, Unanswerable } from '../../door/shadow.ts';
import { ANSWER_KEPT_BYTES } from '../../journal/entry.ts';
import { stringify } from '../json.ts';
import { fill, numberOf, valueOf, type Material } from './fill.ts';

/** The body that a plan makes of a call; `undefined`: the answer has none. */
export function bodyOf(plan: AnswerPlan, material: Material): Result<Json | undefined, Unanswerable> {
  if (plan.body === undefined) return ok(undefined);
  const filled = fill(plan.body, material);
  if (filled.ok) return filled;
  const field = filled.failure.join('.');
  return fail({
    reason: 'answer_field_unknown',
    detail: `The answer needs \`${field}\`, and neither this request nor the policy says what it would be.`,
    hint: `Send \`${field}\` if the operation takes it; otherwise its owner has to declare it in the policy, in \`answer.body\` of the route.`,
  });
}

/** What in an item is different after a write, by its plan: a value, or a number more. */
export interface Difference {
  readonly path: readonly string[];
  readonly value: Json;
  readonly isSum: boolean;
}

/** What the plan of an item's answer says is different in it. What has no source is not different. */
export function setsOf(plan: Plan, material: Material, path: readonly string[] = []): readonly Difference[] {
  if (plan.kind === 'object') {
    return plan.members.flatMap(({ name, plan: inner }) => setsOf(inner, material, [...path, name]));
  }
  for (const source of plan.sources) {
    const found = differenceOf(source, path, material, plan);
    if (found !== undefined) return [found];
  }
  return [];
}

/** What a source says is different in one place; `undefined`: nothing, or nothing that is accepted there. */
export function differenceOf(
  source: Source,
  path: readonly string[],
  material: Material,
  { accepts, read }: Pick<LeafPlan, 'accepts' | 'read'> = leaf([]),
): Difference | undefined {
  if (source.from === 'sum') {
    const more = numberOf(valueOf({ from: 'request', field: source.field }, material, read, path));
    return more === undefined ? undefined : { path, value: source.sign * more, isSum: true };
  }
  const value = valueOf(source, material, read, path);
  if (value === undefined || !accepts(value)) return undefined;
  if (source.from === 'id') material.made(value as string | number);
  return { path, value, isSum: false };
}

/** The whole answer, held against the document and against what a record of it holds. */
export function answerOf(plan: AnswerPlan, body: Json | undefined): Result<MadeAnswer, Unanswerable> {
  if (body === undefined) return ok({ status: plan.status, headers: [], body: Buffer.alloc(0) });
  const [fault] = plan.faults(body);
  if (fault !== undefined) {
    return fail({
      reason: 'answer_departs',
      detail: `The answer that could be made of this request departs from the API's document: ${fault}.`,
      hint: 'Send the same with values that the API would answer with, or leave this write to a person.',
    });
  }
  const text = stringify(body) ?? '';
  const bytes = Buffer.from(text);
  if (bytes.length === 0 || bytes.length > ANSWER_KEPT_BYTES) {
    return fail({
      reason: 'answer_too_long',
      detail: `The answer to this write would have ${bytes.length} bytes; at most ${ANSWER_KEPT_BYTES} are kept.`,
      hint: 'Send less in one call.',
    });
  }
  return ok({ status: plan.status, headers: ['content-type', plan.contentType ?? 'application/json'], body: bytes });
}
