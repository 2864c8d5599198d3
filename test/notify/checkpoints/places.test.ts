import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Webhook } from 'standardwebhooks';
import { expect, onTestFinished, test } from 'vitest';
import type { CheckpointEntry } from '../../../src/journal/index.ts';
import { Directories } from '../../../src/notify/checkpoints/directory.ts';
import { openPlaces } from '../../../src/notify/checkpoints/open-places.ts';
import { webhookPlace } from '../../../src/notify/checkpoints/webhook.ts';
import { answers, loopback } from '../loopback.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const signal = new AbortController().signal;

function checkpoint(
  size: number,
  note = `example.com/test\n${size}\nROOT\n\n— example.com/test AAAA\n`,
): CheckpointEntry {
  return { kind: 'checkpoint', at: 1_700_000_000_000, size, root: 'ROOT', note };
}

function emptyDirectory(): string {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'places-'));
  onTestFinished(() => fs.rmSync(dir, { recursive: true }));
  return dir;
}

test('a directory gets a file for each checkpoint, which is the note and is never changed', async () => {
  const dir = emptyDirectory();
  const place = new Directories().place('directory:x', dir);
  for (const size of [5, 1_000_000])
    expect(await place.keep(checkpoint(size), 0, signal)).toMatchObject({ kind: 'sent' });
  expect(fs.readdirSync(dir)).toEqual(['000000000005.checkpoint', '000001000000.checkpoint']);
  expect(fs.readFileSync(path.join(dir, '000000000005.checkpoint'), 'utf8')).toBe(checkpoint(5).note);

  expect(await place.keep(checkpoint(5), 0, signal)).toMatchObject({ kind: 'sent' });
  const other = await place.keep(checkpoint(5, 'another history\n'), 0, signal);
  expect(other).toMatchObject({ kind: 'failed', detail: expect.stringMatching(/holds another checkpoint/) as string });
  expect(fs.readFileSync(path.join(dir, '000000000005.checkpoint'), 'utf8')).toBe(checkpoint(5).note);
});

test('a checkpoint that a crash cut short is finished, and nothing else in the way is touched', async () => {
  const dir = emptyDirectory();
  const file = path.join(dir, '000000000005.checkpoint');
  const place = new Directories().place('directory:x', dir);
  const { note } = checkpoint(5);
  for (let length = 0; length < note.length; length++) {
    fs.writeFileSync(file, note.slice(0, length));
    expect(await place.keep(checkpoint(5), 0, signal)).toMatchObject({ kind: 'sent' });
    expect(fs.readFileSync(file, 'utf8')).toBe(note);
  }
  for (const other of [note.replace('ROOT', 'TOOR'), 'example.com/other\n5', `${note}— example.com/other BBBB\n`]) {
    fs.writeFileSync(file, other);
    expect(await place.keep(checkpoint(5), 0, signal)).toMatchObject({ kind: 'failed' });
    expect(fs.readFileSync(file, 'utf8')).toBe(other);
  }
});

test('a directory that is not there is not made: its mount may have failed', async () => {
  const missing = path.join(emptyDirectory(), 'mnt');
  const place = new Directories().place('directory:x', missing);
  expect(await place.keep(checkpoint(5), 0, signal)).toMatchObject({ kind: 'failed', detail: 'ENOENT' });
  expect(fs.existsSync(missing)).toBe(false);
});

test('directories that hang take no more than two of the process’s threads for disks', async () => {
  const dir = emptyDirectory();
  const directories = new Directories();
  // A pipe that nobody reads: whoever opens it to write hangs, as on a dead mount. Here it has the checkpoint's name.
  const hung = [1, 2].map((index) => {
    const mount = path.join(dir, `mount-${index}`);
    fs.mkdirSync(mount);
    execFileSync('mkfifo', [path.join(mount, '000000000005.checkpoint')]);
    return directories.place(`directory:${mount}`, mount);
  });
  const hanging = hung.map((place) => place.keep(checkpoint(5), 0, signal));
  const again = await hung[0]?.keep(checkpoint(5), 0, signal);
  expect(again).toMatchObject({ kind: 'failed', detail: 'the attempt before this one still hangs' });
  const third = await directories.place('directory:y', dir).keep(checkpoint(5), 0, signal);
  expect(third).toMatchObject({ kind: 'failed', detail: expect.stringMatching(/^other directories hang/) as string });

  // Not the synchronous kind: it would wait for a reader that cannot come while it waits.
  const freed = [1, 2].map((index) => writeFile(path.join(dir, `mount-${index}`, '000000000005.checkpoint'), 'x'));
  await Promise.all(freed);
  expect(await Promise.all(hanging)).toMatchObject([{ kind: 'failed' }, { kind: 'failed' }]);
  expect(await directories.place('directory:y', dir).keep(checkpoint(5), 0, signal)).toMatchObject({ kind: 'sent' });
});

test('a webhook gets a signed POST of the note as it is, under the same id at every attempt', async () => {
  const server = await loopback(answers(500, 'not now'));
  const place = webhookPlace('webhook:x', `${server.url}/checkpoints`, SECRET);
  expect(await place.keep(checkpoint(5), Date.now(), signal)).toMatchObject({ kind: 'failed', status: 500 });
  server.answer(answers(204));
  expect(await place.keep(checkpoint(5), Date.now(), signal)).toMatchObject({ kind: 'sent', status: 204 });
  await place.close();
  await server.close();

  const [first, second] = server.received;
  expect(first?.headers['webhook-id']).toBe(second?.headers['webhook-id']);
  for (const { body, headers } of server.received) {
    expect(new Webhook(SECRET).verify(body, headers as Record<string, string>)).toEqual({
      type: 'journal.checkpoint',
      timestamp: '2023-11-14T22:13:20.000Z',
      data: { size: 5, root: 'ROOT', note: checkpoint(5).note },
    });
  }
});

test('a webhook without its secret does not open, and the fault repeats nothing of it', () => {
  const to = [
    { kind: 'webhook', name: 'webhook:audit.example/hook', url: 'https://audit.example/hook', env: 'S' },
  ] as const;
  expect(openPlaces(to, {}, '/')).toMatchObject({ ok: false, failure: [expect.stringMatching(/S is not set/)] });
  const weak = openPlaces(to, { S: 'whsec_tooshort' }, '/');
  expect(weak).toMatchObject({ ok: false, failure: [expect.stringMatching(/S holds no signing secret/)] });
  expect(JSON.stringify(weak)).not.toContain('tooshort');
  expect(openPlaces(to, { S: SECRET }, '/')).toMatchObject({ ok: true });
});
