import { readFileSync } from 'node:fs';
import path from 'node:path';
import payments from '../../../mocks/payments.ts';
import type { RouteId } from '../../../src/engine/ids.ts';
import { loadPolicy } from '../../../src/policy/index.ts';
import { withDocument } from './described.ts';

const CALLS = [
  { route: 'list_charges', method: 'GET', path: '/v1/charges', body: null },
  { route: 'get_charge', method: 'GET', path: '/v1/charges/{charge}', body: null },
  { route: 'create_refund', method: 'POST', path: '/v1/refunds', body: { charge: '{charge}', amount: '100' } },
  { route: 'create_payout', method: 'POST', path: '/v1/payouts', body: { amount: '100', currency: 'usd' } },
];

/** Every departure of the payments world's answers, good and bad ones, from its document. */
export function describedWorld(): readonly string[] {
  const routes = CALLS.map(
    ({ route, method, path: of }) =>
      `  ${route}: { match: "${method} ${of.replace('{charge}', '{id}')}", upstream: api, effect: ${method === 'GET' ? 'read' : 'write'} }`,
  );
  const policy = `version: 1
upstreams:
  api: { url: https://api.example, credential: { env: KEY, as: bearer }, openapi: ./api.yaml, contract: {} }
routes:
${routes.join('\n')}
agents:
  bot: { stage: production, allow: [${CALLS.map(({ route }) => route).join(', ')}] }
`;
  const file = path.resolve(import.meta.dirname, '../../../mocks/payments.openapi.yaml');
  const loaded = loadPolicy(policy, 'p.yaml', withDocument(readFileSync(file, 'utf8')));
  if (!loaded.ok) return loaded.failure.map(({ message }) => message);
  const world = payments.create({ seed: 1, startsAt: 1_700_000_000_000 });
  const headers = { authorization: 'Bearer sk_test_x', 'content-type': 'application/x-www-form-urlencoded' };
  return CALLS.flatMap(({ route, method, path: of, body }) =>
    [...(world.ids()['charge'] ?? []).slice(0, 20), 'ch_none'].flatMap((charge) => {
      const filled = JSON.parse(JSON.stringify({ of, body }).replaceAll('{charge}', charge)) as {
        of: string;
        body: null;
      };
      const call = { at: 1_700_000_000_000, method, path: filled.of, query: {}, headers, body: filled.body };
      const { status, body: answered } = world.handle(call);
      const { shape, contract } = loaded.value.policy.routes.get(route as RouteId) ?? {};
      const asked = { method, params: { id: charge }, query: {}, body: filled.body ?? undefined, headers };
      const departures = contract?.({ status, contentType: 'application/json', body: answered }) ?? ['(not checked)'];
      return [...(shape?.(asked) ?? ['(not checked)']), ...departures].map(
        (departure) => `${route} ${status}: ${departure}`,
      );
    }),
  );
}
