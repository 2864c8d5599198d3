import { assert } from '../std/assert.ts';
import type { RouteId, UpstreamId } from '../engine/ids.ts';
import type { Route } from '../engine/policy.ts';
import { amountReader } from './amount.ts';
import { parseField } from './field.ts';
import { NOT_DESCRIBED } from './openapi/catalogue.ts';
import { itemsReader } from './items.ts';
import { paymentOf } from './payment.ts';
import type { RoutePattern } from './router.ts';
import { compilePrecondition } from './precondition.ts';
import type { PolicyFile } from './schema.ts';
import type { RouteFile } from './schema/route.ts';
import { parseSubject, subjectReader } from './subject.ts';
import { parseTemplate } from './template.ts';

/** A checked route → what the engine reads requests with, and the template that the router matches. */
export function compileRoute(
  id: string,
  file: RouteFile,
  routes: PolicyFile['routes'],
  sources = NO_SOURCES,
  described = NOT_DESCRIBED,
): RoutePattern {
  const template = parseTemplate(file.match);
  assert(template.ok, `the route \`${id}\` was checked when the policy was read`);
  const { method, path } = template.value;
  const route = {
    id: id as RouteId,
    upstream: file.upstream as UpstreamId,
    method,
    template: path,
    effect: file.effect,
    pii: file.pii !== false,
    subject: file.subject === undefined ? undefined : subjectOf(file.subject),
    amount: file.amount === undefined ? undefined : amountReader(file.amount),
    items: file.items === undefined ? undefined : itemsOf(file.items),
    ...described,
    payment: paymentOf,
    precondition: file.precondition === undefined ? undefined : compilePrecondition(id, file, routes),
    sources,
  };
  return { route, template: template.value };
}

const NO_SOURCES: Route['sources'] = new Map();

function subjectOf(text: string): ReturnType<typeof subjectReader> {
  const subject = parseSubject(text);
  assert(subject.ok, `the subject \`${text}\` was checked when the policy was read`);
  return subjectReader(subject.value);
}

function itemsOf(text: string): ReturnType<typeof itemsReader> {
  const field = parseField(text);
  assert(field !== undefined, `the field \`${text}\` was checked when the policy was read`);
  return itemsReader(field);
}
