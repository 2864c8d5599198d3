import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plantNight, type Night } from '../warehouse/why/night.ts';
import { interlock } from './served.ts';

let night: Night;
let dir: string;
beforeAll(async () => {
  night = await plantNight();
  dir = mkdtempSync(path.join(tmpdir(), 'interlock-why-cli-'));
});
afterAll(() => {
  rmSync(dir, { recursive: true });
  rmSync(path.dirname(night.dir), { recursive: true });
});

const why = (...words: readonly string[]) => interlock('why', ...words, '--data', night.dir);

test('why was this customer charged 500 USD? The command says it', async () => {
  const { code, stdout } = await why('customer', 'cus_9');
  expect(code).toBe(0);
  expect(stdout).toContain('billing-bot created a charge of 500.00 USD for customer cus_9');
  expect(stdout).toContain(`interlock why CALL --data ${night.dir}`);
  expect(stdout).not.toContain('\u001B');
});

test('--json is JSON alone, --html one file', async () => {
  expect(JSON.parse((await why(night.calls.charge, '--json')).stdout)).toMatchObject({
    version: 1,
    kind: 'call',
    step: { call: night.calls.charge },
  });
  const file = path.join(dir, 'why.html');
  expect(await why(night.calls.charge, '--html', file)).toMatchObject({
    code: 0,
    stdout: `${file} tells it. Open it in a browser; it needs no network.\n`,
  });
  expect(readFileSync(file, 'utf8')).toContain(
    '<title>Why create a charge of 500.00 USD for customer cus_9, Interlock</title>',
  );
  expect(await why(night.calls.charge, '--html', path.join(dir, 'no', 'why.html'))).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Name another file'),
  });
  expect(await why(night.calls.charge, '--html', file, '--reveal')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('no erasure reaches'),
  });
});

test('what is not there is said to be so, with what is near, where it looked, and exit code 1', async () => {
  const { code, stdout } = await why('ch_78');
  expect(code).toBe(1);
  expect(stdout).toContain('Nothing in this journal is called "ch_78".');
  expect(stdout).toMatch(/Looked through \d+ records, from 02:00:00 UTC on 27 Nov 2026/);
  expect(stdout).toContain('interlock why ch_77 --data');
  const nowhere = await interlock('why', 'ch_78', '--data', path.join(dir, 'none'));
  expect(nowhere).toMatchObject({ code: 1, stderr: expect.stringContaining('There is no journal in') });
});

test('a kind that is named is kept to, and a word that is none is said to be so, with the kinds there are', async () => {
  expect(await why('customer', 'cus_9')).toMatchObject({ code: 0 });
  const two = await why('ch_77', 'cus_9');
  expect(two.code).toBe(1);
  expect(two.stdout).toContain('"ch_77" is no kind of thing in this journal. Ask for one thing at a time');
  expect(two.stdout).toMatch(/interlock why \S*ch_77 --data [^]*interlock why \S*cus_9 --data/);
  const wibble = await why('wibble', 'cus_9');
  expect(wibble).toMatchObject({ code: 1 });
  expect(wibble.stdout).toMatch(/"wibble" is no kind[^]*call, session, agent, task, grant, page, [^]*customer/);
  const charge = await why('charge', 'cus_9');
  expect(charge).toMatchObject({ code: 1 });
  expect(charge.stdout).toMatch(
    /^No charge in this journal is called "cus_9"\.\nThere is:\n[^]*interlock why \S*cus_9/,
  );
  expect(JSON.parse((await why('session', 'cus_9', '--json')).stdout)).toMatchObject({
    kind: 'nothing',
    misnamed: { word: 'session', name: 'cus_9', isKind: true },
  });
});

test('a line that was torn by a crash is no obstacle', async () => {
  const torn = path.join(dir, 'torn');
  const { cpSync, readdirSync } = await import('node:fs');
  cpSync(night.dir, torn, { recursive: true });
  const last = readdirSync(path.join(torn, 'segments')).sort().at(-1) ?? '';
  const file = path.join(torn, 'segments', last);
  writeFileSync(file, `${readFileSync(file, 'utf8')}{"seq":999,"kind":"call","call":"call_torn`);
  const { code, stdout } = await interlock('why', night.calls.charge, '--data', torn);
  expect(code).toBe(0);
  expect(stdout).toContain('created a charge of 500.00 USD');
});
