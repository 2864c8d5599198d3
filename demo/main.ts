/**
 * A door with agents at work and people who may stop them, to try the control room on: `npm run demo`. The business is a mock on
 * this machine; everything else is real. What it leaves is under `reports/demo/`, or `--out`.
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { refund, runAway, type Pace, type Way } from './agent.ts';
import { Business } from './business.ts';
import { openDoor, tokenOf, type Place } from './door.ts';
import { policyFor } from './policy.ts';

const PEOPLE = [
  ['ann', 'operator', 'may look and kill'],
  ['noor', 'reviewer', 'says whether decisions in shadow are sane'],
  ['cleo', 'approver', 'approves and resumes'],
  ['dora', 'approver', 'is the second person that a resume takes'],
  ['ines', 'admin', 'also lets people in, and loads the policy again'],
] as const;
/** Enough for an hour of all that is refunded here. */
const CUSTOMERS = 4_000;
/** Fast enough to see, and slow enough that a person comes before its budget does: that is used up after some two minutes. */
const RUNAWAY: Pace = { loops: 2, breathMs: 200 };
const USAGE = `npm run demo [-- OPTIONS]: a door with agents at work, one of which runs away, and people who may stop it.

  --minutes N        how long it goes on, unless Ctrl-C ends it before (20)
  --after N          in how many seconds an agent runs away (45)
  --port N           the door's (4747)
  --control-port N   the control room's (4748)`;

const { values } = parseArgs({
  options: {
    /** What an earlier one has left there goes; anything else is left alone. */
    out: { type: 'string', default: path.join('reports', 'demo') },
    /** How long it goes on, unless it is stopped before. */
    minutes: { type: 'string', default: '20' },
    /** When an agent runs away. */
    after: { type: 'string', default: '45' },
    port: { type: 'string', default: '4747' },
    'control-port': { type: 'string', default: '4748' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit();
}
const stopped = interrupted();

const OUT = values.out;
const PLACE = {
  policy: path.join(OUT, 'interlock.yaml'),
  data: path.join(OUT, 'data'),
  log: path.join(OUT, 'door.log'),
} as const satisfies Place;

if (existsSync(OUT) && !existsSync(PLACE.policy)) {
  console.error(
    `Failed to begin: \`${OUT}\` is there, and no earlier demonstration's. Name another directory: --out DIR.`,
  );
  process.exit(1);
}
rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
console.log('Opening a business, a door and its control room …');
const business = await Business.open(CUSTOMERS);
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
refunds-bot works for real, support-bot in shadow. Now and then a refund is too large for refunds-bot, and waits for a person.
In ${values.after} seconds refunds-bot runs away. Its button stops it; so does k in its own view, then Enter. On the overview k means
every agent. Left alone, it uses up its budget within a few minutes, and that rule freezes it. cleo and dora let it work again.

The door's log: ${PLACE.log}. In another terminal: npx interlock status --data ${PLACE.data} --policy ${PLACE.policy}
Ctrl-C ends it all.
`);

const over = AbortSignal.any([AbortSignal.timeout(Number(values.minutes) * 60_000), stopped]);
const working = Promise.all([
  keepOn(() => refund(refunds, business.charge(1_000), cents(1_000, 8_000)), 700),
  keepOn(() => refund(support, business.charge(1_000), cents(500, 6_000)), 2_000),
  keepOn(() => refund(refunds, business.charge(12_000), cents(11_000, 12_000)), 15_000),
  pause(Number(values.after) * 1_000, undefined, { signal: over })
    .then(() => runAway(refunds, business, RUNAWAY, over))
    .catch(() => undefined),
]);
const aborted = over.aborted ? undefined : new Promise((resolve) => over.addEventListener('abort', resolve));
try {
  await Promise.race([aborted, door.gone]);
  console.log(
    `\n${business.refunds().length} refunds were really paid. Its journal: npx interlock tail --no-follow -n 20 --data ${PLACE.data}`,
  );
} finally {
  // Whatever went wrong here: no door is left behind.
  await door.end();
  await business.close();
}
await working;

/** Does something again and again, whatever comes of it, until it is over. */
async function keepOn(deed: () => Promise<unknown>, everyMs: number): Promise<void> {
  while (!over.aborted) {
    try {
      await deed();
    } catch {
      // Refused, severed, or nothing left to refund: an agent tries again.
    }
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
