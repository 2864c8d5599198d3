import { randomUUID } from 'node:crypto';
import { doorClock } from '../door/clock.ts';
import { machine } from '../door/machine.ts';
import { attemptOn, systemTimers, testPage, type Channel, type Delivery } from '../notify/index.ts';
import type { LoadedPolicy } from '../policy/index.ts';
import { channelsOf } from './paging.ts';

export interface TestedChannel {
  readonly channel: string;
  readonly delivery: Delivery;
}

/** Sends a test page to every channel of a policy, once, and says what each answered. */
export function testedChannels(
  policy: LoadedPolicy,
  environment: NodeJS.ProcessEnv,
): Promise<readonly TestedChannel[]> {
  return Promise.all(channelsOf(policy, environment).map((channel) => tested(channel, policy.environment)));
}

async function tested(channel: Channel, environment: string): Promise<TestedChannel> {
  const clock = doorClock(machine.wall());
  const sent = testPage(`page_test_${randomUUID()}`, environment, clock.now());
  const delivery = await attemptOn(channel, () => sent, clock, systemTimers);
  await channel.close();
  return { channel: channel.name, delivery };
}
