import { z } from 'zod';
import { answer, notFound } from '../json/answers.ts';
import { PAGE, page } from '../json/page.ts';
import type { Note } from './objects.ts';
import { route } from './route.ts';

export const notes = [
  route('GET /notes', z.strictObject({ ...PAGE, contact: z.string().optional() }), (register, { contact, ...where }) =>
    page(register.notes, where, (note) => (contact ?? note.contact) === note.contact),
  ),

  route(
    'POST /notes',
    z.strictObject({ contact: z.string(), text: z.string().min(1).max(5_000) }),
    (register, given) => {
      const { contact, text } = given;
      if (!register.contacts.has(contact)) return notFound('contact', contact);
      const note: Note = { id: register.newId('note'), contact, text, created_at: register.now };
      register.notes.set(note.id, note);
      register.changed('note_written', `contact:${contact}`, note.id);
      return answer(note, 201);
    },
  ),
];
