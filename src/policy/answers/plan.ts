import type { Json } from '../../std/canonical-json.ts';
import type { Field } from '../field.ts';
import type { IdForm } from './id-form.ts';

/** How an API writes a moment. */
export type TimeForm = 'seconds' | 'milliseconds' | 'date-time' | 'date';

/** Where the value of one field of a made answer honestly comes from. */
export type Source =
  /** What was sent, in the type that the answer has there. */
  | { readonly from: 'request'; readonly field: Field }
  /** A text with fields of the request in it. */
  | { readonly from: 'text'; readonly parts: readonly (string | Field)[] }
  | { readonly from: 'constant'; readonly value: Json; readonly why: Ground }
  /** A new id, made of the call's and marked as made up. */
  | { readonly from: 'id'; readonly form: IdForm }
  /** The call's time. */
  | { readonly from: 'time'; readonly form: TimeForm }
  /** What the item that the call acts on has there. */
  | { readonly from: 'item'; readonly path: readonly string[] }
  /** That of the item, and a number of the request more. */
  | { readonly from: 'sum'; readonly path: readonly string[]; readonly field: Field; readonly sign: 1 | -1 }
  /** The value of a field that the request could have set and did not. */
  | { readonly from: 'unset'; readonly field: Field; readonly value: Json };

/** Who says that a field always has this value. */
export type Ground = 'declared' | 'learned' | 'const' | 'only enum' | 'default' | 'example';

/** How a value is made. Objects are made member by member, lists and single values whole. */
export type Plan = ObjectPlan | LeafPlan;

export interface ObjectPlan {
  readonly kind: 'object';
  readonly members: readonly Member[];
}

export interface Member {
  readonly name: string;
  readonly plan: Plan;
  /** A required one that has no value is no answer; an optional one is left out. */
  readonly required: boolean;
}

export interface LeafPlan {
  readonly kind: 'leaf';
  /** The first that has a value that is accepted, counts. */
  readonly sources: readonly Source[];
  readonly accepts: (value: Json) => boolean;
  /** Reads the texts of a form as the values that they mean there. */
  readonly read: (value: Json) => Json;
}

/** How the answer to a captured write is made. */
export interface AnswerPlan {
  readonly status: number;
  /** `undefined`: it has no body. */
  readonly contentType: string | undefined;
  readonly body: Plan | undefined;
  /** Whether the body is the item that the path names, as the write leaves it; `body` then says what is different in it. */
  readonly isItem: boolean;
  /** What told it, the strongest first. */
  readonly basis: readonly Basis[];
  /** Where a made body departs from the document; empty: nowhere. */
  readonly faults: (body: Json) => readonly string[];
}

export type Basis = 'policy' | 'template' | 'document';

/** Why the answer to a captured write cannot be made. */
export interface Unplanned {
  /** In snake case. */
  readonly reason: string;
  /** What is missing: a clause in lower case. */
  readonly detail: string;
  /** What the policy's author can do. */
  readonly hint: string;
}

const ANYTHING: LeafPlan['accepts'] = () => true;
const AS_IT_IS: LeafPlan['read'] = (value) => value;

/** A value that one source gives. */
export function leaf(sources: readonly Source[], accepts = ANYTHING, read = AS_IT_IS): LeafPlan {
  return { kind: 'leaf', sources, accepts, read };
}

/** The first required field that nothing can fill, as a path; `undefined`: each has a source. */
export function missingField(plan: Plan, path: readonly string[] = []): readonly string[] | undefined {
  if (plan.kind === 'leaf') return plan.sources.length === 0 ? path : undefined;
  for (const { name, plan: inner, required } of plan.members) {
    const missing = required ? missingField(inner, [...path, name]) : undefined;
    if (missing !== undefined) return missing;
  }
  return undefined;
}

/** The first field of which a constant is not what is accepted there, as a path. */
export function unfit(plan: Plan, path: readonly string[] = []): readonly string[] | undefined {
  if (plan.kind === 'leaf') {
    const [first] = plan.sources;
    return first?.from === 'constant' && !plan.accepts(first.value) ? path : undefined;
  }
  for (const { name, plan: inner } of plan.members) {
    const found = unfit(inner, [...path, name]);
    if (found !== undefined) return found;
  }
  return undefined;
}
