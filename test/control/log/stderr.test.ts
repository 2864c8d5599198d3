import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { LineWriter, LOG_WAITING_MAX_BYTES } from '../../../src/control/log/stderr.ts';

const open: number[] = [];
afterEach(() => {
  for (const fd of open.splice(0)) fs.closeSync(fd);
});

/** A pipe whose reader reads nothing by itself. */
function pipe(): { readonly fd: number; readonly read: () => string } {
  const file = path.join(fs.mkdtempSync(path.join(tmpdir(), 'interlock-log-')), 'pipe');
  execFileSync('mkfifo', [file]);
  // Non-blocking, as a supervisor's may be: a full pipe answers EAGAIN.
  const fd = fs.openSync(file, fs.constants.O_RDWR | fs.constants.O_NONBLOCK);
  open.push(fd);
  const bytes = Buffer.alloc(65_536);
  return {
    fd,
    read: () => {
      try {
        return bytes.toString('utf8', 0, fs.readSync(fd, bytes));
      } catch {
        return '';
      }
    },
  };
}

const LINE = `${'x'.repeat(999)}\n`;

test('nobody waits for a log that nobody reads: what does not fit is dropped, counted, and said so', async () => {
  const { fd, read } = pipe();
  const writer = new LineWriter(fd);
  const lines = 3 * Math.ceil(LOG_WAITING_MAX_BYTES / LINE.length);
  for (let count = 0; count < lines; count += 1) writer.write(LINE);
  expect(writer.dropped).toBeGreaterThan(lines / 2);
  await writer.flush(50);

  let text = '';
  const reading = setInterval(() => (text += read()), 1);
  await writer.flush(10_000);
  clearInterval(reading);
  text += read();
  writer.write('after\n');
  await writer.flush(1_000);
  text += read();
  const written = text.split('\n').filter((line) => line.startsWith('x')).length;
  expect(written).toBe(lines - writer.dropped);
  expect(text).toContain(`"count":${writer.dropped}`);
  expect(text).toMatch(/after\n$/);
});

test('a reader that has gone costs nothing', async () => {
  const { fd } = pipe();
  const writer = new LineWriter(1_000_000 + fd);
  writer.write('x\n');
  await writer.flush(1_000);
  writer.write('y\n');
  await writer.flush(1_000);
  expect(writer.dropped).toBe(0);
});
