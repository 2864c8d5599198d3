import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Stripe } from 'stripe';
import { afterEach, expect, test } from 'vitest';
import { redecide } from '../../src/journal/index.ts';
import type { OutcomeEntry, Recorded } from '../../src/journal/entry.ts';
import { loadRecorded } from '../../src/policy/index.ts';
import { DOCUMENT, withDocument } from '../policy/openapi/described.ts';
import { AGENT, rig, type Rig } from './open-door.ts';
import { answer, rawUpstream, type RawUpstream } from './raw-upstream.ts';

const PAYMENTS = readFileSync(path.join(import.meta.dirname, '../../mocks/payments.openapi.yaml'), 'utf8');
const ROUTES = `
get_charge: { match: "GET /v1/charges/{id}", upstream: api, effect: read }
create_refund: { match: POST /v1/refunds, upstream: api, effect: write, subject: "charge:{body.charge}" }
`;
const CHARGE = {
  id: 'ch_1',
  object: 'charge',
  amount: 5_000,
  amount_refunded: 0,
  created: 1,
  currency: 'usd',
  disputed: false,
  metadata: {},
  paid: true,
  refunded: false,
  status: 'succeeded',
};
const AMOUNT = ['body.amount: must be integer'];
const REFUND = {
  id: 're_1',
  object: 'refund',
  amount: 500,
  charge: 'ch_1',
  created: 1,
  currency: 'usd',
  status: 'succeeded',
};

const open: { upstream?: RawUpstream; door?: Rig } = {};
afterEach(async () => {
  await open.door?.close();
  await open.upstream?.close();
});

/** A door in front of an upstream whose charges look like `charge`. */
async function start(charge: object, upstream = ''): Promise<{ upstream: RawUpstream; door: Rig }> {
  const said = (body: object): string => answer(200, { 'Content-Type': 'application/json' }, JSON.stringify(body));
  open.upstream = await rawUpstream(({ method }, wire) => wire.send(said(method === 'GET' ? charge : REFUND)));
  open.door = await rig(open.upstream.origin, {
    routes: ROUTES,
    allow: '[get_charge, create_refund]',
    others: ['bystander'],
    upstream: `openapi: ${DOCUMENT}${upstream}`,
    files: withDocument(PAYMENTS),
  });
  return { upstream: open.upstream, door: open.door };
}

const stripeOf = ({ url, token }: Rig, key = token): Stripe =>
  new Stripe(key, { host: url.hostname, port: url.port, protocol: 'http', maxNetworkRetries: 0, telemetry: false });

/** Waits until so many outcomes are recorded: they follow the answer, not precede it. */
async function outcomes(door: Rig, count: number): Promise<Recorded<OutcomeEntry>[]> {
  for (;;) {
    const found = (await door.records()).filter((record) => record.kind === 'outcome');
    if (found.length >= count) return found;
  }
}

/** I8: every verdict comes out again from the journal alone, where there is no document. */
function redecided({ dir }: Rig): unknown {
  return redecide(dir, (recorded) => {
    const loaded = loadRecorded(recorded);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
    return loaded.value.policy;
  }).differences;
}

test('a misspelt field is refused with the one it must have meant, and nothing is sent', async () => {
  const { upstream, door } = await start(CHARGE);
  const stripe = stripeOf(door);
  const misspelt = { charge: 'ch_1', amout: 500 } as Stripe.RefundCreateParams;
  await expect(stripe.refunds.create(misspelt)).rejects.toMatchObject({ statusCode: 422, code: 'shape_mismatch' });
  expect(upstream.requests).toHaveLength(0);
  const headers = { authorization: `Bearer ${door.token}` };
  const body = new URLSearchParams({ charge: 'ch_1', amout: '500' });
  const refused = await fetch(new URL('/v1/refunds', door.url), { method: 'POST', headers, body });
  expect(await refused.json()).toMatchObject({
    rule: 'upstreams.api.shape',
    next: { do: 'correct', faults: ['body.amout: is not known; did you mean amount?'] },
  });
  const right = { charge: 'ch_1', amount: 500, metadata: { order: '6735' }, expand: ['charge'] };
  expect((await stripe.refunds.create(right)).status).toBe('succeeded');
  expect(upstream.requests).toHaveLength(1);
  expect(redecided(door)).toEqual([]);
});

test('answers in a new format freeze the agent that met them, and stop the others', async () => {
  const { upstream, door } = await start({ ...CHARGE, amount: '50.00' }, ', contract: { minimum: 3 }');
  const stripe = stripeOf(door);
  for (const nth of [1, 2, 3]) {
    await stripe.charges.retrieve('ch_1');
    await outcomes(door, nth);
  }
  const ended = await outcomes(door, 3);
  expect(ended.map(({ facts }) => facts?.contract)).toEqual([AMOUNT, AMOUNT, AMOUNT]);
  const freezes = (await door.records()).filter(({ kind }) => kind === 'freeze');
  expect(freezes).toMatchObject([
    {
      agent: AGENT,
      by: 'guard:upstreams.api.contract',
      cause: { observed: '3 of 3 answers, mostly body.amount: must be integer' },
    },
  ]);
  await expect(stripe.refunds.create({ charge: 'ch_1' })).rejects.toMatchObject({ code: 'agent_frozen' });
  const other = stripeOf(door, await door.grant('bystander'));
  await expect(other.refunds.create({ charge: 'ch_1' })).rejects.toMatchObject({
    statusCode: 503,
    code: 'contract_drift',
  });
  expect(upstream.requests).toHaveLength(3);
  expect(redecided(door)).toEqual([]);
});

test('after a human has looked, the count begins anew', async () => {
  const { door } = await start({ ...CHARGE, amount: '50.00' }, ', contract: { minimum: 1 }');
  const stripe = stripeOf(door);
  await stripe.charges.retrieve('ch_1');
  await outcomes(door, 1);
  await expect(stripe.charges.retrieve('ch_1')).rejects.toMatchObject({ code: 'agent_frozen' });
  await door.door.operations.resume(AGENT, 'the document is mended', 'ada');
  expect((await stripe.charges.retrieve('ch_1')).id).toBe('ch_1');
  expect(redecided(door)).toEqual([]);
});

test('new members are no drift, and what fits is never stopped', async () => {
  const { door } = await start({ ...CHARGE, fee: { rate: 1 } }, ', contract: { minimum: 1 }');
  const stripe = stripeOf(door);
  for (const nth of [1, 2, 3]) {
    expect((await stripe.charges.retrieve('ch_1')).amount).toBe(5_000);
    await outcomes(door, nth);
  }
  expect((await outcomes(door, 3)).map(({ facts }) => facts?.contract)).toEqual([[], [], []]);
});
