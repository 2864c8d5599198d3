import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { Entry } from '../../src/journal/entry.ts';
import { openJournal, type OpenedJournal, type OpenJournalOptions } from '../../src/journal/index.ts';
import { agent, policy } from '../engine/policies.ts';

/** A policy that lets `bot` do everything. */
export const POLICY = { policy: policy([agent('bot')]), file: 'interlock.yaml', text: 'version: 1\n' };

/** A data directory that goes when the test ends. */
export function directory(): string {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'journal-'));
  onTestFinished(() => fs.rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** Opens a journal whose failure fails the test, unless the test says otherwise. */
export function opened(dir: string, more: Partial<OpenJournalOptions> = {}): Promise<OpenedJournal> {
  const onFailure = (error: Error): void => {
    throw error;
  };
  return openJournal({ dir, policy: POLICY, now: () => 1_000, onFailure, ...more });
}

/** Writes entries, each group of them durable before the next, and closes. */
export async function written(
  dir: string,
  entries: readonly Entry[],
  groupSize = entries.length,
  more: Partial<OpenJournalOptions> = {},
): Promise<void> {
  const { journal, close } = await opened(dir, more);
  for (let start = 0; start < entries.length; start += groupSize) {
    for (const entry of entries.slice(start, start + groupSize)) journal.append(entry);
    await journal.durable();
  }
  await close();
}

/** Makes a directory what a crash leaves: without the snapshot that only a clean close writes. */
export function asAfterCrash(dir: string): void {
  fs.rmSync(path.join(dir, 'snapshots'), { recursive: true, force: true });
}

/** The segments' paths, in order. */
export function segmentFiles(dir: string): readonly string[] {
  const segments = path.join(dir, 'segments');
  return fs
    .readdirSync(segments)
    .sort()
    .map((name) => path.join(segments, name));
}

/** All records' bytes. */
export function bytesOf(dir: string): Buffer {
  return Buffer.concat(segmentFiles(dir).map((file) => fs.readFileSync(file)));
}
