import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { keyIdOf } from '../../src/promotion/index.ts';
import { recordsOf } from '../journal/rewrite.ts';
import { withPayload } from '../promotion/granted.ts';
import { at, gate, policyText, promoted, withJournal } from './promoted.ts';
import { runHere } from './run-here.ts';

const says = (text: RegExp): string => expect.stringMatching(text) as string;

describe('a promotion is looked at without a door', () => {
  test('`show` tells what stands in it, `verify` whether it holds', async () => {
    const where = await withJournal();
    const { file, promotion } = await promoted(where);
    const shown = await runHere('promotion', 'show', file);
    expect(shown).toMatchObject({ code: 0, stdout: says(/refunds-bot, version 1\.4\.2.*\n.*shadow -> limited/) });
    expect(shown.stdout).toMatch(/so it says, by gate\.example\.com/);
    expect(JSON.parse((await runHere('promotion', 'show', file, '--json')).stdout)).toEqual({
      promotion,
      keyids: [keyIdOf(gate)],
    });
    expect(await at(where, 'promotion', 'verify', file)).toMatchObject({
      code: 0,
      stdout: says(/holds: refunds-bot may/),
    });
    const told = await at(where, 'promotion', 'verify', file, '--json');
    expect(JSON.parse(told.stdout)).toMatchObject({
      ok: true,
      promotion: { id: promotion.id },
      signedBy: keyIdOf(gate),
    });
    // Looking writes not one record.
    expect(recordsOf(where.data).at(-1)?.seq).toBe(promotion.journal.seq);
  });

  test('`verify` exits 1 and says why where it does not hold', async () => {
    const where = await withJournal();
    const { file } = await promoted(where);
    const forged = path.join(path.dirname(file), 'forged.json');
    writeFileSync(
      forged,
      withPayload(readFileSync(file, 'utf8'), (text) => text.replace('1.4.2', '1.4.3')),
    );
    expect(await at(where, 'promotion', 'verify', forged)).toMatchObject({ code: 1, stderr: says(/forged_signature/) });
    const told = await at(where, 'promotion', 'verify', forged, '--json');
    expect(told.code).toBe(1);
    expect(JSON.parse(told.stdout)).toMatchObject({ ok: false, code: 'forged_signature' });

    const elsewhere = { ...where, data: (await withJournal()).data };
    expect(await at(elsewhere, 'promotion', 'verify', file)).toMatchObject({
      code: 1,
      stderr: says(/foreign_journal/),
    });
    writeFileSync(where.policy, policyText('http://127.0.0.1:9', 'gpt-6'));
    expect(await at(where, 'promotion', 'verify', file)).toMatchObject({
      code: 1,
      stderr: says(/other_identity.*its model was "gpt-5" and is "gpt-6"/),
    });
    writeFileSync(
      where.policy,
      `${policyText('http://127.0.0.1:9')}notify: []\n`.replace('expires: 30d', 'expires: 31d'),
    );
    expect(await at(where, 'promotion', 'verify', file)).toMatchObject({
      code: 1,
      stderr: says(/other_policy.*what was shown still counts/),
    });
  });

  test('what is none is said to be none, and by whose fault', async () => {
    const where = await withJournal();
    const { policy } = where;
    expect(await at(where, 'promotion', 'verify', policy)).toMatchObject({ code: 1, stderr: says(/not_json/) });
    expect(await at(where, 'promotion', 'verify', 'nowhere.json')).toMatchObject({ code: 1, stderr: says(/ENOENT/) });
    const large = path.join(path.dirname(policy), 'large.json');
    writeFileSync(large, ' '.repeat(1_000_000));
    expect(await at(where, 'promotion', 'verify', large)).toMatchObject({ code: 1, stderr: says(/too_large/) });
    expect(await runHere('promotion', 'show', large)).toMatchObject({ code: 1, stderr: says(/Failed to show/) });
    const { file } = await promoted(where);
    const nobody = await at(where, 'promotion', 'verify', file, '--agent', 'nobody');
    expect(nobody).toMatchObject({ code: 1, stderr: says(/no agent "nobody"/) });
    writeFileSync(policy, policyText('http://127.0.0.1:9').replace(/promotion: .*/, 'promotion: none'));
    const asked = await at(where, 'promotion', 'verify', file);
    expect(asked).toMatchObject({ code: 1, stderr: says(/asks for no promotions/) });
  });

  test('nothing that stands in a file repaints the terminal of whoever looks at it', async () => {
    const where = await withJournal();
    const approvals = [{ by: 'ana\u001B[2J', reason: 'fine\n  signed  by the board\u202E' }];
    const { file } = await promoted(where, { approvals });
    const { stdout } = await runHere('promotion', 'show', file);
    expect(stdout).toContain(String.raw`by ana\u001b[2J: fine\n  signed  by the board\u202e`);
    expect((await runHere('promotion', 'show', file, '--json')).stdout).not.toContain('\u001B');
  });
});
