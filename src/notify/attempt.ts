import type { Clock } from '../std/clock.ts';
import type { Channel, Delivery } from './channel.ts';
import type { Page } from './page.ts';
import { ATTEMPT_TIMEOUT_MS } from './retry.ts';
import type { Timers } from './timers.ts';

/**
 * One attempt to give a channel a page, which is made only then. It takes no longer than its time, whatever the channel
 * does, and never rejects.
 */
export function attemptOn(channel: Channel, page: () => Page, clock: Clock, timers: Timers): Promise<Delivery> {
  return attempt((signal) => channel.send(page(), clock.now(), signal), timers);
}

/** One attempt at anything, within an attempt's time. Never rejects. */
export async function attempt(send: (signal: AbortSignal) => Promise<Delivery>, timers: Timers): Promise<Delivery> {
  const aborter = new AbortController();
  const late = Promise.withResolvers<Delivery>();
  const callOff = timers.after(ATTEMPT_TIMEOUT_MS, () => {
    late.resolve(unanswered('timeout'));
    aborter.abort();
  });
  try {
    return await Promise.race([send(aborter.signal), late.promise]);
  } catch {
    return unanswered('a fault of our own');
  } finally {
    callOff();
  }
}

function unanswered(why: string): Delivery {
  return { kind: 'failed', status: null, detail: `no answer: ${why}`, retryAfterMs: null };
}
