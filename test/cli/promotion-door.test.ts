import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Promotion } from '../../src/promotion/index.ts';
import { rawUpstream, type RawUpstream } from '../door/raw-upstream.ts';
import { recordsOf } from '../journal/rewrite.ts';
import { at, policyText, promoted, withJournal } from './promoted.ts';
import type { runHere } from './run-here.ts';
import { serve, type Served, type Site } from './served.ts';

const says = (text: RegExp): string => expect.stringMatching(text) as string;

describe('at a running door', () => {
  const open: { upstream?: RawUpstream; served?: Served; where?: Site } = {};
  beforeAll(async () => {
    open.upstream = await rawUpstream((_, wire) => wire.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'));
    open.where = await withJournal(policyText(String(open.upstream.origin)));
    open.served = await serve(open.where);
  }, 60_000);
  afterAll(async () => {
    await open.served?.end('SIGKILL');
    await open.upstream?.close();
  });
  const here = (...words: readonly string[]): ReturnType<typeof runHere> => at(open.where as Site, ...words);
  const admitted = async (over: Partial<Promotion> = {}): Promise<string> => {
    const { file, promotion } = await promoted(open.where as Site, over);
    expect(await here('promotion', 'admit', file)).toMatchObject({ code: 0, stdout: says(/is admitted.*stands at/) });
    return promotion.id;
  };
  const why = ['--by', 'ana', '--reason', 'a fine reason'];
  const stage = async (): Promise<string> => {
    const { agents } = JSON.parse((await here('status')).stdout) as {
      agents: { stage: string; standing?: { stage: string } }[];
    };
    return agents[0]?.standing?.stage ?? agents[0]?.stage ?? '';
  };
  /** Evidence that ends with a demotion is none of what came after it. */
  beforeEach(async () => {
    await new Promise((resolve) => setTimeout(resolve, 2));
    expect(await here('grant', 'create', '--agent', 'refunds-bot', '--task', 'another')).toMatchObject({ code: 0 });
  });
  afterEach(async () => {
    await here('demote', '--agent', 'refunds-bot', ...why);
  });

  test('a promotion is admitted, and revoked by its id alone', async () => {
    expect(await stage()).toBe('shadow');
    const id = await admitted();
    expect(await stage()).toBe('limited');
    const revoked = await here('promotion', 'revoke', id, ...why, '--json');
    expect(JSON.parse(revoked.stdout)).toMatchObject({ promotion: id, before: 'limited', stage: 'shadow' });
    expect(await stage()).toBe('shadow');
    expect(recordsOf((open.where as Site).data).at(-1)).toMatchObject({
      kind: 'standing',
      by: 'human:ana',
      reason: 'a fine reason',
      cause: { what: 'revoked', promotion: id },
    });
  });

  test('one that was never admitted is revoked by its file, or with the name of its agent, and then refused', async () => {
    const { file, promotion } = await promoted(open.where as Site);
    expect(await here('promotion', 'revoke', promotion.id, ...why)).toMatchObject({
      code: 1,
      stderr: says(/never admitted here/),
    });
    expect(await here('promotion', 'revoke', file, ...why)).toMatchObject({ code: 0 });
    expect(await here('promotion', 'admit', file)).toMatchObject({ code: 1, stderr: says(/was revoked, for good/) });
    expect(await here('promotion', 'verify', file)).toMatchObject({ code: 1, stderr: says(/\(revoked\)/) });
    const other = await promoted(open.where as Site);
    const named = await here('promotion', 'revoke', other.promotion.id, '--agent', 'refunds-bot', ...why);
    expect(named).toMatchObject({ code: 0 });
    expect(await here('promotion', 'admit', other.file)).toMatchObject({ code: 1 });
  });

  test('a promotion with much to say is admitted whole', async () => {
    const criteria = Array.from({ length: 600 }, (_, index) => ({
      id: 'harm',
      class: `route_${index}`,
      required: '"< 0.5%"',
      observed: `0 of ${index} "sessions", which somebody judged`,
    }));
    const id = await admitted({ criteria });
    const record = recordsOf((open.where as Site).data).findLast(({ kind }) => kind === 'standing');
    expect(record).toMatchObject({ cause: { what: 'promoted', promotion: id } });
    expect(JSON.stringify(record).length).toBeGreaterThan(65_536);
  });

  test('a demotion takes the stage, and what was shown before it opens nothing any more', async () => {
    const { file } = await promoted(open.where as Site);
    await admitted();
    const demoted = await here('demote', '--agent', 'refunds-bot', ...why);
    expect(demoted).toMatchObject({ code: 0, stdout: says(/stands at shadow; it stood at limited/) });
    expect(await here('promotion', 'admit', file)).toMatchObject({ code: 1, stderr: says(/was demoted at/) });
    expect(await here('demote', '--agent', 'refunds-bot', ...why)).toMatchObject({ code: 1 });
  });

  test('the glass is broken for a while, and its end is a command', async () => {
    const glass = ['break-glass', '--agent', 'refunds-bot', ...why];
    expect(await here(...glass)).toMatchObject({ code: 1, stderr: says(/--stage S --for 2h/) });
    expect(await here(...glass, '--stage', 'limited', '--for', 'a while')).toMatchObject({
      code: 1,
      stderr: says(/--for/),
    });
    expect(await here(...glass, '--end', '--for', '2h')).toMatchObject({ code: 1, stderr: says(/takes no/) });
    const broken = await here(...glass, '--stage', 'production', '--for', '2h');
    expect(broken).toMatchObject({ code: 0, stdout: says(/stands at production until .*; it stood at shadow/) });
    expect(await stage()).toBe('production');
    const ended = await here(...glass, '--end', '--json');
    expect(JSON.parse(ended.stdout)).toMatchObject({ agent: 'refunds-bot', before: 'production', stage: 'shadow' });
    expect(await here(...glass, '--end')).toMatchObject({ code: 1, stderr: says(/No glass is broken/) });
  });

  test('nobody’s word opens nothing', async () => {
    const { file } = await promoted(open.where as Site);
    expect((await here('promotion', 'revoke', file, '--reason', 'x')).code).not.toBe(0);
    expect((await here('demote', '--agent', 'refunds-bot', '--reason', 'x')).code).not.toBe(0);
    expect(await here('promotion', 'admit', file, '--by', ' ')).toMatchObject({ code: 1, stderr: says(/say who/) });
    expect(await stage()).toBe('shadow');
  });
});
