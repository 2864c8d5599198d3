import { z } from 'zod';
import { answer, notFound, refuse } from '../json/answers.ts';
import type { Notification } from './objects.ts';
import { PAGE, page } from '../json/page.ts';
import { route } from './route.ts';

const SEND = z.strictObject({
  customer: z.string(),
  channel: z.enum(['email', 'sms']).default('email'),
  subject: z.string().min(1).max(200),
  text: z.string().max(5_000).default(''),
});

/** Messages leave the house: what was sent cannot be taken back. */
export const notifications = [
  route('GET /notifications', z.strictObject(PAGE), (store, where) => page(store.notifications, where)),

  route('POST /notifications', SEND, (store, { customer: id, channel, subject, text }) => {
    const customer = store.customers.get(id);
    if (customer === undefined) return notFound('customer', id);
    const to = channel === 'email' ? customer.email : customer.phone;
    if (to === null) return refuse(409, 'no_address', `Customer ${id} has no phone number.`);
    const sent: Notification = {
      id: store.newId('note'),
      customer: id,
      channel,
      to,
      subject,
      text,
      sent_at: store.now,
    };
    store.notifications.set(sent.id, sent);
    store.changed('notification_sent', `customer:${id}`, `${channel}: ${subject}`);
    return answer(sent, 201);
  }),
];
