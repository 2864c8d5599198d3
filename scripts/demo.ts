import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * `npm run demo`: a door in front of mocks, and three agents that work, ask for approvals, and run away; Ctrl-C ends it and
 * removes what it wrote. Nothing real is behind it. `--port N --control-port N` as of `interlock serve`.
 */
const CLI = path.join(import.meta.dirname, '../bin/interlock.js');
const POLICY = `version: 1
upstreams:
  payments: { url: https://api.stripe.com, credential: { env: STRIPE_SECRET_KEY, as: bearer }, mock: payments }
routes:
  list_charges: { match: GET /v1/charges, upstream: payments, effect: read }
  get_charge: { match: "GET /v1/charges/{id}", upstream: payments, effect: read, subject: "charge:{id}" }
  create_refund:
    match: POST /v1/refunds
    upstream: payments
    effect: money
    subject: "charge:{body.charge}"
    amount: { minor: body.amount, currency: USD }
    answer: { body: { id: { id: re_ }, charge: "{body.charge}", status: succeeded } }
agents:
  refunds-bot:
    stage: production
    allow: [list_charges, get_charge, create_refund]
    budgets: [{ max: 500 USD, per: day, timezone: UTC }]
    once: [{ route: create_refund, per: subject }]
    approval: [{ route: create_refund, above: 20 USD, expires: 30m }]
  runaway-bot:
    stage: production
    allow: [get_charge, create_refund]
    triggers: [{ same: call, count: 20, within: 60s }]
  trainee:
    stage: shadow
    allow: [list_charges, get_charge, create_refund]
  drill: { stage: sandbox, allow: [get_charge] }
promotion: none
`;
/** Good for a while before it loops: somebody should see it work. */
const GOOD_FOR_CALLS = 40;

const dir = mkdtempSync(path.join(tmpdir(), 'interlock-demo-'));
const policy = path.join(dir, 'interlock.yaml');
const data = path.join(dir, 'data');
writeFileSync(policy, POLICY);
const place = ['--policy', policy, '--data', data];
const door = spawn(process.execPath, [CLI, 'serve', '--mock', ...place, ...process.argv.slice(2)], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
let isOver = false;
door.once('exit', (code) => {
  isOver = true;
  rmSync(dir, { recursive: true, force: true });
  process.exitCode = code ?? 0;
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => door.kill(signal));

/** A token of an agent's own, as `interlock grant create` makes one. */
async function granted(agent: string): Promise<string> {
  const { url, token } = JSON.parse(readFileSync(path.join(data, 'control.json'), 'utf8')) as {
    url: string;
    token: string;
  };
  const asked = { agent, task: 'demo', expiresMs: 8 * 3_600_000, routes: null, parent: null, by: 'demo' };
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const answer = await fetch(`${url}/v1/grants`, { method: 'POST', headers, body: JSON.stringify(asked) });
  return ((await answer.json()) as { token: string }).token;
}

class Caller {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#headers = { authorization: `Bearer ${token}` };
  }

  /** What came back; of a door that closes, nothing. */
  async ask(target: string, form?: Readonly<Record<string, string>>): Promise<Readonly<Record<string, unknown>>> {
    const body = form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) };
    const answer = await fetch(this.#url + target, { headers: this.#headers, ...body }).catch(() => undefined);
    return ((await answer?.json().catch(() => undefined)) ?? {}) as Record<string, unknown>;
  }

  async charges(): Promise<readonly { readonly id: string }[]> {
    const { data: charges = [] } = await this.ask('/v1/charges?limit=100');
    return charges as readonly { readonly id: string }[];
  }
}

/** Reads a charge, gives some of it back; what is large waits for a person, and is asked for again. */
async function refunds(agent: Caller): Promise<void> {
  for (let round = 0; !isOver; round += 1) {
    const charges = await agent.charges();
    const id = charges[round % Math.max(1, charges.length)]?.id ?? 'ch_unknown';
    await agent.ask(`/v1/charges/${id}`);
    const cents = round % 6 === 5 ? 2_500 : 50 + (round % 20) * 10;
    await agent.ask('/v1/refunds', { charge: id, amount: String(cents) });
    await pause(1_200);
  }
}

/** Works, and then sends the same call again and again, as agents do; a person resumes it, and it does so again. */
async function runsAway(agent: Caller): Promise<void> {
  for (let call = 0; !isOver; call += 1) {
    const loops = call % (2 * GOOD_FOR_CALLS) >= GOOD_FOR_CALLS;
    await agent.ask(`/v1/charges/${loops ? 'ch_always_the_same' : `ch_${call}`}`);
    await pause(loops ? 50 : 700);
  }
}

for await (const line of createInterface({ input: door.stdout })) {
  const { upstreams, control } = JSON.parse(line) as { upstreams: { payments: string }; control: string };
  const from = async (agent: string) => new Caller(upstreams.payments, await granted(agent));
  console.error(
    [
      '',
      `The control room: ${control}   (sign in: npx interlock user add YOU --role admin ${place.slice(2).join(' ')})`,
      `On a terminal:    npx interlock status --watch ${place.join(' ')}`,
      `                  npx interlock tail ${place.slice(2).join(' ')}`,
      `                  npx interlock approve ${place.join(' ')}`,
      '',
    ].join('\n'),
  );
  await Promise.all([
    refunds(await from('refunds-bot')),
    runsAway(await from('runaway-bot')),
    refunds(await from('trainee')),
  ]);
}
