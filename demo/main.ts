/**
 * A door with agents at work and people who may stop them, to try the control room on: `npm run demo`. The business is a mock on
 * this machine; everything else is real. What it leaves is under `reports/demo/`.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { refund, runAway, type Way } from './agent.ts';
import { Business } from './business.ts';
import { openDoor, tokenOf, type Place } from './door.ts';
import { policyFor } from './policy.ts';

const OUT = path.join('reports', 'demo');
const PLACE: Place = { policy: path.join(OUT, 'interlock.yaml'), data: path.join(OUT, 'data') };
const PEOPLE = [
  ['ann', 'operator', 'may look and kill'],
  ['noor', 'reviewer', 'says whether decisions in shadow are sane'],
  ['cleo', 'approver', 'approves and resumes'],
  ['dora', 'approver', 'is the second person that a resume takes'],
] as const;

const { values } = parseArgs({
  options: {
    /** How long it goes on, unless it is stopped before. */
    minutes: { type: 'string', default: '20' },
    /** When an agent runs away. */
    after: { type: 'string', default: '45' },
    port: { type: 'string', default: '4747' },
    'control-port': { type: 'string', default: '4748' },
  },
});
const stopped = interrupted();

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
const business = await Business.open();
writeFileSync(PLACE.policy, policyFor(business.server.url));
const door = await openDoor(PLACE, [Number(values.port), Number(values['control-port'])]);
const way = async (agent: string): Promise<Way> => ({
  ...door,
  token: await tokenOf(PLACE, 'grant', 'create', '--agent', agent, '--task', 'tickets of today'),
});
const [refunds, support] = [await way('refunds-bot'), await way('support-bot')];

console.log(`\nThe control room: ${door.control}\nSign in as one of these, each in a browser window of its own:\n`);
for (const [name, role, what] of PEOPLE) {
  const token = await tokenOf(PLACE, 'user', 'add', name, '--role', role);
  console.log(`  ${name.padEnd(5)} ${token}   ${what}`);
}
console.log(`
refunds-bot works for real, support-bot in shadow. Now and then a refund is too large for them, and waits for a person.
In ${values.after} seconds refunds-bot runs away: press k, then Enter. Ctrl-C ends it all.
`);

const over = AbortSignal.any([AbortSignal.timeout(Number(values.minutes) * 60_000), stopped]);
const ended = Promise.all([
  keepOn(() => refund(refunds, business.charge(1_000), cents(1_000, 8_000)), 700),
  keepOn(() => refund(support, business.charge(1_000), cents(500, 6_000)), 2_000),
  keepOn(() => refund(refunds, business.charge(12_000), cents(11_000, 12_000)), 15_000),
  pause(Number(values.after) * 1_000, undefined, { signal: over })
    .then(() => runAway(refunds, business, 6, over))
    .catch(() => undefined),
]);
const aborted = over.aborted ? undefined : new Promise((resolve) => over.addEventListener('abort', resolve));
await Promise.race([aborted, door.gone]);
console.log(
  `\n${business.refunds().length} refunds were really paid. Its journal: npx interlock tail --data ${PLACE.data}`,
);
await door.end();
await business.close();
await ended;

/** Does something again and again, whatever comes of it, until it is over. */
async function keepOn(deed: () => Promise<unknown>, everyMs: number): Promise<void> {
  while (!over.aborted) {
    await deed().catch(() => undefined);
    await pause(everyMs, undefined, { signal: over }).catch(() => undefined);
  }
}

function cents(from: number, to: number): number {
  return Math.round(from + Math.random() * (to - from));
}

function interrupted(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}
