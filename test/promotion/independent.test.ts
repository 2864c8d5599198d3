import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GRANTED, newSigner, signed, withPayload } from './granted.ts';

const SCRIPT = path.join(import.meta.dirname, '../cli/verify_promotion.py');
let dir = '';
beforeAll(() => void (dir = mkdtempSync(path.join(tmpdir(), 'interlock-promotion-'))));
afterAll(() => rmSync(dir, { recursive: true }));

/** What a verifier in another language, with nothing of ours, says of a promotion. */
function python(text: string, key: string): string {
  const file = path.join(dir, 'promotion.json');
  writeFileSync(file, text);
  return execFileSync('python3', [SCRIPT, file, key], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

test('a verifier that knows DSSE and in-toto and nothing of ours reads what was signed, and no forgery', () => {
  const gate = newSigner();
  const text = signed(GRANTED, gate);
  expect(python(text, gate.verifierKey)).toBe(
    `agent:refunds-bot ${GRANTED.identity.digest}\npolicy:interlock.yaml ${GRANTED.policy.digest}\n`,
  );
  const raised = withPayload(text, (payload) => payload.replace('"step":1', '"step":3'));
  expect(() => python(raised, gate.verifierKey)).toThrow(/the key did not sign it/);
  expect(() => python(text, newSigner().verifierKey)).toThrow(/the key did not sign it/);
});
