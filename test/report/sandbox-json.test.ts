import { describe, expect, test } from 'vitest';
import { sandboxJson } from '../../src/report/index.ts';
import { HOSTILE, hostileNight } from './hostile.ts';
import { night } from './night.ts';

interface Parsed {
  readonly scenarios: readonly { readonly name: string; readonly held: boolean; readonly guarded: object }[];
  readonly results: readonly { readonly unguarded: { readonly ledger: readonly { readonly moneyOut: string }[] } }[];
}

const parsed = (json: string): Parsed => JSON.parse(json);

describe('results.json', () => {
  test('one scenario, to the letter', async () => {
    const { scenarios, ...rest } = night();
    await expect(sandboxJson({ ...rest, scenarios: scenarios.slice(0, 1) })).toMatchFileSnapshot(
      '../golden/report/results.json',
    );
  });

  test('every scenario has its figures, and every ledger entry its exact money', () => {
    const result = night();
    const { scenarios, results } = parsed(sandboxJson(result));
    expect(scenarios.map(({ name }) => name)).toEqual(result.scenarios.map(({ name }) => name));
    expect(scenarios[1]?.guarded).toMatchObject({ money: '448.40 USD', writes: 4, requests: { sent: 37, reached: 6 } });
    expect(results[1]?.unguarded.ledger).toHaveLength(412);
    expect(results[1]?.unguarded.ledger[0]?.moneyOut).toBe('149.90 USD');
  });

  test('a ledger entry stands on one line', () => {
    const lines = sandboxJson(night()).split('\n');
    expect(lines.filter((line) => line.includes('"subject": "charge:ch_300"'))).toHaveLength(1);
    expect(lines.filter((line) => /^\s*\{ "at": /.test(line)).length).toBeGreaterThan(400);
  });

  test('hostile text survives exactly, and a terminal that prints the file sees no control or bidi character', () => {
    const json = sandboxJson(hostileNight());
    expect(parsed(json).scenarios[0]?.name).toBe(HOSTILE);
    expect(json.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cs}\p{Bidi_C}\u200B\uFEFF]/u);
  });

  test('an empty night is valid', () => {
    expect(parsed(sandboxJson({ ...night(), scenarios: [] })).scenarios).toEqual([]);
  });
});
