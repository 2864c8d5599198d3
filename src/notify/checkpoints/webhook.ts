import { hash } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { poster } from '../post.ts';
import type { KeepingPlace } from './place.ts';

/**
 * A signed POST of each checkpoint (Standard Webhooks 1.0.0): `data.note` is the C2SP checkpoint as it is, to be stored.
 * `webhook-id` is the same for the same checkpoint, however often it comes.
 *
 * @param secret `whsec_` and base64
 */
export function webhookPlace(name: string, url: string, secret: string): KeepingPlace {
  const signer = new Webhook(secret);
  const { post, close } = poster([secret, secret.replace(/^whsec_/, '')]);
  return {
    name,
    keep: ({ at: madeAt, size, root, note }, at, signal) => {
      const id = `checkpoint_${size}_${hash('sha256', note).slice(0, 12)}`;
      const data = { size, root, note };
      const timestamp = new Date(madeAt).toISOString();
      const body = JSON.stringify({ type: 'journal.checkpoint', timestamp, data });
      const headers = {
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at / 1_000)),
        'webhook-signature': signer.sign(id, new Date(at), body),
      };
      return post({ url, headers, body }, at, signal);
    },
    close,
  };
}
