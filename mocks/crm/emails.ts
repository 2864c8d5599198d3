import { z } from 'zod';
import { answer, notFound } from '../json/answers.ts';
import { PAGE, page } from '../json/page.ts';
import type { Email } from './objects.ts';
import { route } from './route.ts';

const SEND = z.strictObject({
  contacts: z.array(z.string()).min(1).max(100),
  subject: z.string().min(1).max(200),
  text: z.string().max(5_000).default(''),
});

/**
 * E-mail leaves the house: what was sent cannot be taken back. Whether somebody wants to hear of us is for the sender to
 * look at, as with most such APIs; the ledger knows who got what.
 */
export const emails = [
  route('GET /emails', z.strictObject(PAGE), (register, where) => page(register.emails, where)),

  route('POST /emails', SEND, (register, { contacts, subject, text }) => {
    const missing = contacts.find((id) => !register.contacts.has(id));
    if (missing !== undefined) return notFound('contact', missing);
    const to = [...new Set(contacts)];
    const email: Email = { id: register.newId('mail'), contacts: to, subject, text, sent_at: register.now };
    register.emails.set(email.id, email);
    for (const id of to) {
      const wanted = register.contacts.get(id)?.subscribed === true;
      register.changed('email_sent', `contact:${id}`, `${subject}${wanted ? '' : ' (unsubscribed)'}`);
    }
    return answer(email, 201);
  }),
];
