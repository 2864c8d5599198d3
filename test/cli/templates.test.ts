import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openJournal } from '../../src/journal/index.ts';
import { readPolicy } from '../../src/policy/index.ts';
import { AT } from '../stages/rig.ts';
import { recorded } from '../stages/recorded.ts';
import { paymentsPolicy, paymentsText } from '../stages/world-rig.ts';
import { interlock } from './served.ts';

let dir: string;
let data: string;
let policy: string;
const inDir = (name: string): string => path.join(dir, name);

beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'templates-'));
  data = inDir('data');
  policy = inDir('interlock.yaml');
  writeFileSync(policy, paymentsText(false));
  const { policy: compiled, file, text } = paymentsPolicy();
  const parts = { dir: data, policy: { policy: compiled, file, text }, now: () => AT, onFailure: () => undefined };
  const { journal, close } = await openJournal(parts);
  for (const record of recorded()) journal.append(record);
  await close();
});

afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('interlock templates', () => {
  it('learn writes what a policy can name, and check says then how each write is answered', async () => {
    const out = inDir('templates.json');
    const { code, stderr } = await interlock('templates', 'learn', policy, '--data', data, '--out', out);
    expect(stderr).toContain('update_customer: 200, the item');
    expect(code).toBe(0);
    writeFileSync(policy, paymentsText(true));
    const after = await interlock('check', policy);
    expect(after.code).toBe(0);
    expect(after.stdout).toContain('- create_refund: 200, by the template');
    expect(after.stdout).not.toContain('refused:');
  });

  it('check fails where the API answers otherwise than it did', async () => {
    const out = inDir('templates.json');
    const sound = await interlock('templates', 'check', out, policy, '--data', data);
    expect([sound.code, sound.stdout]).toEqual([0, expect.stringContaining('create_refund: all ') as string]);
    writeFileSync(inDir('other.json'), readFileSync(out, 'utf8').replace('"succeeded"', '"pending"'));
    const other = await interlock('templates', 'check', inDir('other.json'), policy, '--data', data);
    expect(other.code).toBe(1);
    expect(other.stdout).toMatch(/depart: \/status \(\d+\)/);
  });

  it('learn writes nothing where it learned nothing, and what stands there stays', async () => {
    const out = inDir('none.json');
    writeFileSync(out, 'mine');
    const empty = inDir('empty');
    const { policy: compiled, file, text } = paymentsPolicy();
    const parts = { dir: empty, policy: { policy: compiled, file, text }, now: () => AT, onFailure: () => undefined };
    await (await openJournal(parts)).close();
    const { code, stderr } = await interlock('templates', 'learn', policy, '--data', empty, '--out', out);
    expect(code).toBe(1);
    expect(stderr).toContain('Nothing was learned');
    expect(stderr).toContain(`${out} was not written.`);
    expect(stderr).not.toContain('Name it in the policy');
    expect(readFileSync(out, 'utf8')).toBe('mine');
  });

  it('learn says what it needs', async () => {
    const { code, stderr } = await interlock('templates', 'learn', policy, '--data', inDir('nowhere'));
    expect([code, stderr]).toEqual([1, expect.stringContaining('There is no journal in') as string]);
  });

  it('a template of another route is not used, and that is said', async () => {
    const text = paymentsText(true).replace('match: POST /v1/refunds\n', 'match: POST /v2/refunds\n');
    writeFileSync(inDir('moved.yaml'), text);
    const loaded = await readPolicy(inDir('moved.yaml'));
    expect(loaded.ok && loaded.value.warnings.map(({ message }) => message).join('\n')).toContain(
      '`create_refund` is `POST /v2/refunds` here, and was `POST /v1/refunds`: its template is not used',
    );
  });
});
