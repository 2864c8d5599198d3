import type { OperationForm } from '../../src/lab/world/world.ts';
import { id, list, one, optional, text, write } from '../json/forms.ts';

const MANY = 20;
const subscribed = optional({ kind: 'choice', of: [true, false] });

/** How each operation is called by somebody who knows the API. */
export const FORMS: readonly OperationForm[] = [
  list('companies', 'company'),
  one('GET /companies/{id}', 'company'),
  write('POST /companies/{id}/merge', 'destructive', { id: id('company'), 'body.into': id('company') }),

  list('contacts', 'contact', { 'query.company': optional(id('company')) }),
  one('GET /contacts/{id}', 'contact'),
  write('POST /contacts', 'write', {
    'body.name': { kind: 'text', like: 'Ada Lovelace' },
    'body.email': { kind: 'text', like: 'ada@example.com' },
    'body.phone': text('+14155550100'),
    'body.company': optional(id('company')),
    'body.subscribed': subscribed,
  }),
  write('PATCH /contacts/{id}', 'write', {
    id: id('contact'),
    'body.name': text('Ada Lovelace'),
    'body.email': text('ada@example.com'),
    'body.phone': text('+14155550100'),
    'body.company': optional(id('company')),
    'body.subscribed': subscribed,
  }),
  write('POST /contacts/batch-update', 'write', {
    'body.ids': { ...id('contact'), many: MANY },
    'body.changes.subscribed': { kind: 'choice', of: [true, false] },
    'body.changes.company': optional(id('company')),
  }),
  one('DELETE /contacts/{id}', 'contact', 'destructive'),
  write('POST /contacts/batch-delete', 'destructive', { 'body.ids': { ...id('contact'), many: MANY } }),
  write('POST /contacts/{id}/merge', 'destructive', { id: id('contact'), 'body.into': id('contact') }),

  list('emails', 'email'),
  write('POST /emails', 'write', {
    'body.contacts': { ...id('contact'), many: MANY },
    'body.subject': { kind: 'text', like: 'What is new' },
    'body.text': text('A lot.'),
  }),

  list('notes', 'note', { 'query.contact': optional(id('contact')) }),
  write('POST /notes', 'write', {
    'body.contact': id('contact'),
    'body.text': { kind: 'text', like: 'Called, wants to think it over.' },
  }),
];
