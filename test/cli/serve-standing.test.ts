import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { newSigningKey, readSigningKey } from '../../src/journal/index.ts';
import { interlock, refundsPolicy, serve, site } from './served.ts';

const LIMIT = 'once: [{ route: create_refund, per: subject }]';

test('a door does not open for an agent in production of which nobody says what it must have shown', async () => {
  const where = site(refundsPolicy('http://127.0.0.1:9', LIMIT).replace('promotion: none\n', ''));
  const { code, stderr } = await interlock('serve', '--policy', where.policy, '--data', where.data, '--port', '0');
  expect(code).toBe(1);
  expect(stderr).toContain('refunds-bot would write for real');
  expect(stderr).toContain('promotion: none');
});

test('a start says where each agent stands and how it gets further', async () => {
  const signer = readSigningKey(newSigningKey('gate.example/refunds'));
  if (!signer.ok) throw new Error(signer.failure);
  const terms = `promotion: { keys: ["${signer.value.verifierKey}"], limited: { scenarios: none, probe: none, efficacy: none }, production: {} }\n`;
  const where = site(refundsPolicy('http://127.0.0.1:9', LIMIT).replace('promotion: none\n', terms));
  writeFileSync(
    where.policy,
    readFileSync(where.policy, 'utf8').replace(
      'subject: "charge:{body.charge}"',
      'subject: "charge:{body.charge}"\n    answer: { body: { id: { id: re_ } } }',
    ),
  );
  const door = await serve(where);
  try {
    expect(door.stderr()).toMatch(/refunds-bot stands in shadow; .*--to limited/);
    const status = await interlock('status', '--data', where.data, '--policy', where.policy);
    expect(status.stdout).toContain('"mayBe": "production"');
  } finally {
    await door.end('SIGTERM');
  }
  const place = ['--data', where.data, '--policy', where.policy];
  const gate = await interlock(
    'gate',
    ...place,
    '--agent',
    'refunds-bot',
    '--to',
    'limited',
    '--out',
    `${where.data}-gate`,
  );
  expect(gate.code).toBe(2);
  const again = await serve(where);
  try {
    expect(again.stderr()).toMatch(/For limited, on .*: .*(days|sessions)/);
    const made = await interlock(
      'grant',
      'create',
      '--agent',
      'refunds-bot',
      '--task',
      't',
      '--expires',
      '1h',
      '--by',
      'kim',
      '--json',
      ...place,
    );
    const { token } = JSON.parse(made.stdout) as { readonly token: string };
    const refused = await fetch(`${again.upstreams['payments']}/v1/charges`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(refused.status).toBe(403);
    const problem = (await refused.json()) as { readonly notPromotedTo?: string; readonly lacking?: readonly string[] };
    expect(problem.notPromotedTo).toBe('production');
    expect(problem.lacking?.join(' ')).toContain('sessions');
  } finally {
    await again.end('SIGTERM');
  }
}, 60_000);
