/**
 * One agent's way from sandbox to production and back, on one machine: real commands, a real door, a mock business, and days
 * that pass as fast as the work in them. `npm run rollout`; what it leaves is under `reports/rollout/`.
 */
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { atDesk } from '../src/cli/desk.ts';
import { intentsOf } from '../src/evidence/intents/from-journal.ts';
import { readJournal } from '../src/journal/index.ts';
import { readPolicy, type LoadedPolicy } from '../src/policy/index.ts';
import { prng } from '../src/std/prng.ts';
import { work, type Manner } from './agent.ts';
import { Business, type Ticket } from './business.ts';
import { interlock, serve, type Served } from './commands.ts';
import { AGENT, workDays } from './days.ts';
import { onCall, type OnCall } from './pager.ts';
import { review } from './reviewers.ts';
import { VirtualClock, virtualDoor } from './virtual-door.ts';

const OUT = path.join('reports', 'rollout');
const POLICY = path.join(OUT, 'interlock.yaml');
const DATA = path.join(OUT, 'data');
const KEY = path.join(OUT, 'gate.key');
const REVIEWER = 'noor';
const APPROVER = 'kim: read the page, and ten of its calls';
const SCENARIOS = ['double-refund', 'stale-read', 'cascading-retries'];
const PLACE = ['--policy', POLICY, '--data', DATA];

const startedMs = performance.now();
const tickets = new Map<string, Ticket>();
const random = prng(7);
const clock = new VirtualClock(Date.now());

function step(title: string): void {
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  console.log(
    `\n${'─'.repeat(100)}\n${title}   [${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}]`,
  );
}

async function main(): Promise<void> {
  rmSync(OUT, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  const business = await Business.open(clock);
  const people = await onCall();
  try {
    await rollout(business, people);
  } finally {
    await people.close();
    await business.close();
  }
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  console.log(
    `\nFrom sandbox to production and back in ${Math.floor(seconds / 60)} min ${seconds % 60} s. Everything that it rests on is in ${OUT}/.`,
  );
}

async function rollout(business: Business, people: OnCall): Promise<void> {
  step('1. A key for whoever promotes, and a policy that trusts it');
  const { stdout } = interlock(['keys', 'make', '--name', 'gate.example/refunds', '--out', KEY]);
  writePolicy(verifierKeyIn(stdout), business.server.url, people.url);
  interlock(['check', POLICY]);
  const policy = await loaded();

  step('2. Sandbox: known failures, acted out; and a search for unknown ones');
  interlock(['sandbox', ...SCENARIOS, '--out', path.join(OUT, 'sandbox')]);
  const probe = interlock(['probe', POLICY, '--runs', '300', '--seed', '1', '--json'], { quiet: true });
  writeFileSync(path.join(OUT, 'probe.json'), probe.stdout);

  step('3. Shadow: three days of work that is captured and never sent');
  await workVirtually(policy, business, 3, 40);
  gate('limited', 'too-early', { codes: [2] });

  step('4. Shadow: twelve days more, and somebody who reads what it meant to do');
  await workVirtually(policy, business, 12, 40);
  interlock(['report', '--agent', AGENT, ...PLACE, '--out', path.join(OUT, 'shadow-report')], { quiet: true });
  promote('limited', 'limited-1');

  step('5. Limited production: a fifth of the customers, for real');
  await workVirtually(policy, business, 7, 80);
  promote('limited', 'limited-2');

  step('6. Limited production: all customers');
  await workVirtually(policy, business, 8, 60);
  promote('production', 'production');

  step('7. Production: the door that serves, in real time');
  const door = await serve([...PLACE, '--port', '0', '--control-port', '0']);
  try {
    await production(door, business, people);
  } finally {
    await door.end();
  }

  step('10. What happened, and what it takes to come back');
  const last = refundsIn().at(-1);
  if (last !== undefined) interlock(['why', last, '--data', DATA]);
  gate('limited', 'after-the-fall', { codes: [2] });
  interlock(['audit', 'redecide', '--data', DATA]);
}

async function production(door: Served, business: Business, people: OnCall): Promise<void> {
  const created = interlock(
    ['grant', 'create', '--agent', AGENT, '--task', 'tickets', '--expires', '1h', '--by', 'kim', '--json', ...PLACE],
    { quiet: true },
  );
  const { token } = JSON.parse(created.stdout) as { readonly token: string };
  const way = { payments: door.payments, door: door.door, token };
  const worked = async (count: number, manner: Manner): Promise<readonly string[]> => {
    const ends: string[] = [];
    for (let index = 0; index < count; index += 1) {
      const ticket = business.ticket();
      tickets.set(ticket.id, ticket);
      ends.push(await work(way, ticket, manner));
    }
    return ends;
  };
  const paid = (): number => business.world.ledger.filter(({ kind }) => kind === 'refund').length;

  const before = paid();
  await worked(20, 'careful');
  console.log(`20 tickets: ${paid() - before} refunds in the business's own books.`);

  step('8. Harm is planted: the agent refunds ten times what is asked, and somebody reads what it does');
  const pagesBefore = people.pages.length;
  await worked(25, 'broken');
  await reviewServed();
  await pause(2_000);
  console.log('Pages:');
  for (const page of people.pages.slice(pagesBefore)) console.log(`  ${page}`);

  step('9. It goes on harming where it stands now, and falls again');
  await worked(25, 'broken');
  await reviewServed();
  await pause(2_000);
  const [sentBefore, ends] = [paid(), await worked(10, 'broken')];
  console.log(
    `Ten more tickets: the agent heard ${[...new Set(ends)].join(', ')}; ${paid() - sentBefore} reached the business.`,
  );
  if (paid() !== sentBefore) throw new Error('a demoted agent still reached the business');
  for (const page of people.pages.slice(pagesBefore)) console.log(`  ${page}`);
}

/** The same reader, by the control API of the running door. */
function reviewServed(): Promise<unknown> {
  return atDesk({ data: DATA, policy: POLICY }, (desk) =>
    review(DATA, tickets, REVIEWER, (assessment) => desk.assess(assessment)),
  );
}

async function workVirtually(
  policy: LoadedPolicy,
  business: Business,
  days: number,
  ticketsADay: number,
): Promise<void> {
  const door = await virtualDoor(policy, DATA, clock);
  try {
    const done = await workDays({ business, door, clock, random }, days, ticketsADay);
    for (const { ticket } of done) tickets.set(ticket.id, ticket);
    const counts = Map.groupBy(done, ({ worked }) => worked);
    const told = [...counts].map(([worked, those]) => `${those.length} ${worked}`).join(', ');
    await door.journal.durable();
    const { sane, wrong } = await review(DATA, tickets, REVIEWER, async (assessment) => {
      const said = await door.operations.assess(assessment);
      if (!said.ok) throw new Error(said.failure.message);
    });
    console.log(`${days} days, ${done.length} tickets: ${told}. ${REVIEWER} read them: ${sane} sane, ${wrong} wrong.`);
  } finally {
    await door.close(0);
  }
}

function gate(
  to: string,
  name: string,
  { codes, more = [] }: { readonly codes: readonly number[]; readonly more?: readonly string[] },
): void {
  const evidence = ['--sandbox', path.join(OUT, 'sandbox'), '--probe', path.join(OUT, 'probe.json')];
  interlock(
    ['gate', ...PLACE, '--agent', AGENT, '--to', to, ...evidence, '--out', path.join(OUT, 'gate', name), ...more],
    { codes: [...codes] },
  );
}

function promote(to: string, name: string): void {
  const file = path.join(OUT, 'promotions', `${name}.json`);
  mkdirSync(path.dirname(file), { recursive: true });
  gate(to, name, { codes: [0], more: ['--key', KEY, '--approve', APPROVER, '--promotion', file] });
  interlock(['promotion', 'admit', file, '--by', 'kim', ...PLACE]);
}

function refundsIn(): readonly string[] {
  const { writes } = intentsOf(readJournal(DATA, { tail: 'live' }), AGENT);
  return writes.map(({ call }) => call);
}

function verifierKeyIn(text: string): string {
  const key = /^\S+\+[0-9a-f]{8}\+\S+$/m.exec(text)?.[0];
  if (key === undefined) throw new Error(`\`interlock keys make\` printed no key: ${text}`);
  return key;
}

function writePolicy(verifierKey: string, businessUrl: string, hook: string): void {
  const source = path.join(import.meta.dirname, 'interlock.yaml');
  const text = readFileSync(source, 'utf8')
    .replace('http://127.0.0.1:0', businessUrl)
    .replace('keys: []', `keys: ["${verifierKey}"]`);
  writeFileSync(POLICY, `${text}notify: [{ webhook: { url: "${hook}", secret: { env: HOOK_SECRET } } }]\n`);
  copyFileSync(path.join(import.meta.dirname, 'prompt.md'), path.join(OUT, 'prompt.md'));
}

async function loaded(): Promise<LoadedPolicy> {
  const read = await readPolicy(POLICY);
  if (!read.ok) throw new Error(JSON.stringify(read.failure));
  return read.value;
}

await main();
