import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { nodeOptions, refuseShownMemory } from '../../src/cli/exposure.ts';
import { refundsPolicy, serve, site } from './served.ts';

describe('a process whose memory would be shown', () => {
  test.each([
    ['--heapsnapshot-near-heap-limit=2'],
    ['--heapsnapshot-signal=SIGUSR2'],
    ['--inspect'],
    ['--inspect-brk=0.0.0.0:9229'],
  ])('started with %s holds no key', (option) => {
    expect(() => refuseShownMemory(['--enable-source-maps', option])).toThrow(
      /^Failed to open the door: Node's option --/,
    );
  });

  test('other options are fine', () => {
    expect(() => refuseShownMemory(['--max-old-space-size=200', '--report-on-fatalerror'])).not.toThrow();
  });

  test('NODE_OPTIONS count like the command line', () => {
    const env = { NODE_OPTIONS: '--title="x y"  --inspect=0' };
    expect(nodeOptions({ execArgv: ['--no-warnings'], env })).toContain('--inspect=0');
  });
});

test('SIGUSR1 opens no debugger', async () => {
  const served = await serve(site(refundsPolicy('http://127.0.0.1:9', '')));
  const before = served.stderr();
  served.child.kill('SIGUSR1');
  await once(served.child.stderr!, 'data');
  expect(served.stderr().slice(before.length)).toMatch(/"msg":"SIGUSR1: this door opens no debugger"\}\n$/);
  await served.end('SIGKILL');
});
