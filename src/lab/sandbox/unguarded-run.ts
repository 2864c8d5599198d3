import { type Acted, act, BUSINESS_KEY } from './acted.ts';
import { Businesses } from './businesses.ts';
import { nightClock, NIGHT_STARTS_AT } from './night.ts';
import type { Scenario } from './scenario.ts';
import { WireTap } from './wire-tap.ts';
import { Witness } from './witness.ts';
import { serveWorld } from '../world/world-server.ts';

/** The scenario as it goes today: agents hold the business's own key and talk to it directly, over HTTP. */
export async function runUnguarded(scenario: Scenario): Promise<Acted> {
  const clock = nightClock();
  const witness = new Witness(clock);
  const businesses = new Businesses(scenario, clock, witness);
  const servers = await Promise.all(
    businesses.all.map(async ({ upstream, handlers }) => ({
      upstream,
      server: await serveWorld({ handlers: [witness.handler(upstream), ...handlers], port: 0 }),
    })),
  );
  const urls = Object.fromEntries(servers.map(({ upstream, server }) => [upstream, server.url]));
  const tap = new WireTap(Object.values(urls));
  try {
    const ran = await act(scenario, {
      clock,
      worlds: businesses.worlds,
      witness,
      url: Object.values(urls)[0] ?? '',
      urls,
      tokenOf: () => BUSINESS_KEY,
    });
    await businesses.settled();
    const { arrivals, deeds } = witness;
    const { sent, answered } = tap;
    const durationMs = clock.now() - NIGHT_STARTS_AT;
    return { startedAt: NIGHT_STARTS_AT, durationMs, arrivals, deeds, ...ran, sent, answered };
  } finally {
    tap.close();
    await Promise.all(servers.map(({ server }) => server.close()));
  }
}
