import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isOfMocks } from '../../src/journal/index.ts';
import { interlock, serve, site, start, token, type Site } from './served.ts';

const POLICY = `
version: 1
upstreams:
  payments: { url: https://api.stripe.com, credential: { env: NO_SUCH_KEY, as: bearer }, mock: payments }
routes:
  get_charge: { match: 'GET /v1/charges/{id}', upstream: payments, effect: read, subject: 'charge:{id}' }
  list_charges: { match: GET /v1/charges, upstream: payments, effect: read }
  create_refund:
    match: POST /v1/refunds
    upstream: payments
    effect: money
    subject: 'charge:{body.charge}'
    amount: { minor: body.amount, currency: USD }
    answer: { body: { id: { id: re_ }, charge: '{body.charge}', status: succeeded } }
agents:
  refunds-bot:
    stage: production
    allow: [get_charge, list_charges, create_refund]
    budgets: [{ max: 5 USD, per: day, timezone: UTC }]
  shadow-bot: { stage: shadow, allow: [get_charge, create_refund] }
notify: [{ pagerduty: { env: NO_SUCH_HOOK } }]
promotion: none
`;

function place(text = POLICY): Site {
  const made = site(text);
  onTestFinished(() => rmSync(path.dirname(made.policy), { recursive: true, force: true }));
  return made;
}

test('--mock shows the whole door in front of the policy’s mocks, without a key, and marks all of it as such', async () => {
  const where = place();
  const served = await serve(where, '--mock');
  try {
    expect(served.stderr()).toContain('MOCK: nothing real is behind this door.');
    const [charge = ''] = /ch_\w+/.exec(served.stderr()) ?? [];
    const headers = { authorization: `Bearer ${await token(where, 'refunds-bot')}` };
    const read = await fetch(`${served.upstreams['payments']}/v1/charges/${charge}`, { headers });
    expect(await read.json()).toMatchObject({ id: charge, object: 'charge', amount_refunded: 0 });
    const refund = (cents: number): Promise<Response> =>
      fetch(`${served.upstreams['payments']}/v1/refunds`, {
        method: 'POST',
        headers,
        body: new URLSearchParams({ charge, amount: String(cents) }),
      });
    expect((await refund(200)).status).toBe(200);
    // The mock is one business: a read afterwards sees the write, also that of another agent.
    const again = await fetch(`${served.upstreams['payments']}/v1/charges/${charge}`, {
      headers: { authorization: `Bearer ${await token(where, 'shadow-bot')}` },
    });
    expect(await again.json()).toMatchObject({ amount_refunded: 200 });
    expect((await refund(400)).status).toBe(403);

    const { stdout } = await interlock('status', '--data', where.data, '--policy', where.policy);
    expect(JSON.parse(stdout)).toMatchObject({ mocked: true });
  } finally {
    await served.end('SIGTERM');
  }
  expect(isOfMocks(where.data)).toBe(true);
  const offline = await interlock('kill', 'refunds-bot', '-r', 'test', '--by', 'ann', '--data', where.data);
  expect(offline).toMatchObject({ code: 0 });
  expect(JSON.parse((await interlock('status', '--data', where.data)).stdout)).toMatchObject({ mocked: true });

  const real = start(where, []);
  let said = '';
  real.stderr?.on('data', (chunk) => (said += String(chunk)));
  const code = await new Promise((resolve) => real.once('exit', resolve));
  expect([code, said]).toEqual([1, expect.stringContaining('NO_SUCH_')]);
});

test('a real door does not open on a journal of mocks, nor --mock on a real one', async () => {
  const where = place(POLICY.replaceAll('NO_SUCH_KEY', 'UPSTREAM_KEY').replace(/notify.*\n/, ''));
  await (await serve(where, '--mock')).end('SIGTERM');
  await expect(serve(where)).rejects.toThrow('its journal is of mocks');
  const real = { ...where, data: `${where.data}-real` };
  await (await serve(real)).end('SIGTERM');
  await expect(serve(real, '--mock')).rejects.toThrow('its journal is of real upstreams');
});

test('an upstream without a mock is refused, and so are faults of one that is not there', async () => {
  const where = place(POLICY.replace(', mock: payments', ''));
  await expect(serve(where, '--mock')).rejects.toThrow(
    /`payments` of `.*` has no `mock:`, and with --mock nothing real is called/,
  );
  const mocked = place();
  const faults = path.join(path.dirname(mocked.policy), 'faults.yaml');
  writeFileSync(faults, 'crm: [{ match: "GET /x", fault: { kind: hang, commit: false } }]');
  await expect(serve(mocked, '--mock', '--mock-faults', faults)).rejects.toThrow('there is no upstream `crm`');
  await expect(serve(mocked, '--mock-faults', faults)).rejects.toThrow('--mock-faults: it goes with --mock');
});
