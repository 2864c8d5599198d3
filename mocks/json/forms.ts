import type { FieldForm, OperationForm } from '../../src/lab/world/world.ts';

type Fields = OperationForm['fields'];

export const id = (of: string) => ({ kind: 'id', of }) as const;
export const optional = <Form extends FieldForm>(form: Form) => ({ ...form, optional: true }) as const;
export const text = (like: string) => optional({ kind: 'text', like });

/** A list with its cursor. */
export const list = (plural: string, kind: string, filters: Fields = {}): OperationForm => ({
  operation: `GET /${plural}`,
  effect: 'read',
  fields: {
    'query.limit': optional({ kind: 'number', min: 1, max: 100 }),
    'query.cursor': optional(id(kind)),
    ...filters,
  },
});

/** One thing by its id, and nothing to say about it. */
export const one = (operation: string, kind: string, effect: OperationForm['effect'] = 'read'): OperationForm => ({
  operation,
  effect,
  fields: { id: id(kind) },
});

export const write = (operation: string, effect: OperationForm['effect'], fields: Fields): OperationForm => ({
  operation,
  effect,
  encoding: 'json',
  fields,
});
