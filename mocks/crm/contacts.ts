import { z } from 'zod';
import { answer, notFound, refuse } from '../json/answers.ts';
import { PAGE, page } from '../json/page.ts';
import { NOTHING } from '../json/route.ts';
import type { Contact } from './objects.ts';
import type { Register } from './register.ts';
import { route } from './route.ts';

const DETAILS = z.strictObject({
  name: z.string().min(1).max(200),
  email: z.email(),
  phone: z.string().max(50).nullable().default(null),
  company: z.string().nullable().default(null),
  subscribed: z.boolean().default(true),
});

const CHANGES = z.strictObject({
  name: z.string().min(1).max(200).exactOptional(),
  email: z.email().exactOptional(),
  phone: z.string().max(50).nullable().exactOptional(),
  company: z.string().nullable().exactOptional(),
  subscribed: z.boolean().exactOptional(),
});

/** As many as one call may name. */
const IDS = z.array(z.string()).min(1).max(100);

/** Every answer with a person in it goes on the ledger: whose data was seen. */
export const contacts = [
  route('GET /contacts', z.strictObject({ ...PAGE, company: z.string().optional() }), (register, given) => {
    const { company, ...where } = given;
    return page(
      register.contacts,
      where,
      (contact) => (company ?? contact.company) === contact.company,
      ({ id }) => register.customerRead(id),
    );
  }),

  route('GET /contacts/{id}', NOTHING, (register, _input, id) => {
    const contact = register.contacts.get(id);
    if (contact === undefined) return notFound('contact', id);
    register.customerRead(id);
    return answer(contact);
  }),

  route('POST /contacts', DETAILS, (register, details) => {
    const { company } = details;
    if (company !== null && !register.companies.has(company)) return notFound('company', company);
    const { now } = register;
    const contact: Contact = { id: register.newId('cont'), ...details, created_at: now, updated_at: now };
    register.contacts.set(contact.id, contact);
    register.changed('contact_created', `contact:${contact.id}`);
    return answer(contact, 201);
  }),

  route('PATCH /contacts/{id}', CHANGES, (register, changes, id) => {
    const refusal = unknown(register, [id], changes.company);
    if (refusal !== undefined) return refusal;
    const changed = change(register, id, changes);
    register.customerRead(id);
    return answer(changed);
  }),

  route('POST /contacts/batch-update', z.strictObject({ ids: IDS, changes: CHANGES }), (register, given) => {
    const { ids, changes } = given;
    const refusal = unknown(register, ids, changes.company);
    if (refusal !== undefined) return refusal;
    for (const id of ids) change(register, id, changes);
    return answer({ updated: ids.length });
  }),

  /** There is no way back, for the contact or its notes. */
  route('DELETE /contacts/{id}', NOTHING, (register, _input, id) => {
    const refusal = unknown(register, [id]);
    if (refusal !== undefined) return refusal;
    remove(register, id);
    return answer({ id, deleted: true });
  }),

  route('POST /contacts/batch-delete', z.strictObject({ ids: IDS }), (register, { ids }) => {
    const refusal = unknown(register, ids);
    if (refusal !== undefined) return refusal;
    for (const id of new Set(ids)) remove(register, id);
    return answer({ deleted: new Set(ids).size });
  }),

  /** The one named in the path disappears into the other; what the two say differently, the other keeps. No way back. */
  route('POST /contacts/{id}/merge', z.strictObject({ into: z.string() }), (register, { into }, id) => {
    const lost = register.contacts.get(id);
    const kept = register.contacts.get(into);
    if (lost === undefined) return notFound('contact', id);
    if (kept === undefined) return notFound('contact', into);
    if (lost === kept) return refuse(409, 'same_contact', `Contact ${id} cannot be merged into itself.`);
    for (const note of register.notesOf(id)) register.notes.set(note.id, { ...note, contact: into });
    const merged: Contact = {
      ...kept,
      phone: kept.phone ?? lost.phone,
      company: kept.company ?? lost.company,
      // Who said no to us in one place has said no.
      subscribed: kept.subscribed && lost.subscribed,
      updated_at: register.now,
    };
    register.contacts.set(into, merged);
    register.contacts.delete(id);
    register.changed('contacts_merged', `contact:${id}`, `into ${into}: ${lost.email} into ${kept.email}`);
    register.customerRead(into);
    return answer(merged);
  }),
];

function unknown(register: Register, ids: readonly string[], company?: string | null) {
  const missing = ids.find((id) => !register.contacts.has(id));
  if (missing !== undefined) return notFound('contact', missing);
  if (typeof company === 'string' && !register.companies.has(company)) return notFound('company', company);
  return undefined;
}

function change(register: Register, id: string, changes: z.output<typeof CHANGES>): Contact {
  const changed: Contact = { ...(register.contacts.get(id) as Contact), ...changes, updated_at: register.now };
  register.contacts.set(id, changed);
  register.changed('contact_updated', `contact:${id}`, Object.keys(changes).join(', '));
  return changed;
}

function remove(register: Register, id: string): void {
  const notes = register.notesOf(id);
  for (const note of notes) register.notes.delete(note.id);
  register.contacts.delete(id);
  register.changed('contact_deleted', `contact:${id}`, `with ${notes.length} notes`);
}
