import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { UpstreamId } from '../../../src/engine/ids.ts';
import type { AnswerLine, CallLine, GapLine, RecordedLine, RefusedLine } from '../../../src/door/recorder/lines.ts';
import { openRecorder, type OpenRecorder, type OpenRecorderOptions } from '../../../src/door/recorder/open.ts';
import { undiciTransport } from '../../../src/door/transports/undici.ts';

const PATIENCE = { headTimeoutMs: 500, idleTimeoutMs: 500, connectionsMax: 64 };
const PASSING = new Set(['set-cookie', 'location']);

export interface RecorderRig extends Omit<OpenRecorder, 'close'> {
  readonly close: (graceMs: number) => Promise<void>;
  readonly dir: string;
  readonly gaps: (GapLine['gap'] | 'over')[];
}

/** A directory that goes when the test ends. */
export function freshDirectory(): string {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'recording-'));
  onTestFinished(() => fs.rmSync(dir, { recursive: true, force: true }));
  return path.join(dir, 'out');
}

/** A recorder in front of one upstream, `api`, closed when the test ends. */
export async function recorder(upstream: URL, more: Partial<OpenRecorderOptions> = {}): Promise<RecorderRig> {
  const dir = more.dir ?? freshDirectory();
  const gaps: (GapLine['gap'] | 'over')[] = [];
  const transport = undiciTransport(upstream, PATIENCE, { network: 'loopback', passing: PASSING });
  const opened = await openRecorder({
    dir,
    upstreams: new Map([['api' as UpstreamId, { url: upstream, transport }]]),
    port: 0,
    onGap: (gap) => void gaps.push(gap),
    onFault: (error) => {
      throw error;
    },
    ...more,
  });
  let closed = false;
  const close = async (graceMs: number): Promise<void> => {
    if (closed) return;
    closed = true;
    await opened.close(graceMs);
    await transport.close();
  };
  onTestFinished(() => close(0));
  return { ...opened, dir, gaps, close };
}

/** Every whole line of a directory, in order. */
export function linesIn(dir: string): readonly RecordedLine[] {
  return filesIn(dir).flatMap((file) => {
    const lines = fs.readFileSync(file, 'utf8').split('\n');
    return lines.slice(0, -1).map((line) => JSON.parse(line) as RecordedLine);
  });
}

export function filesIn(dir: string): readonly string[] {
  return fs
    .readdirSync(dir)
    .filter((name) => name.endsWith('.ndjson'))
    .toSorted()
    .map((name) => path.join(dir, name));
}

export const callsIn = (dir: string): readonly CallLine[] => linesIn(dir).filter((line) => 'http' in line);
export const answersIn = (dir: string): readonly AnswerLine[] => linesIn(dir).filter((line) => 'answer_to' in line);
export const refusedIn = (dir: string): readonly RefusedLine[] => linesIn(dir).filter((line) => 'refused' in line);
