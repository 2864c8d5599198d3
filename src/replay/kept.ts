import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { formatMoney } from '../std/money.ts';
import { makeDirectory } from '../journal/index.ts';
import { CHANGE_KINDS, type CandidateDiff, type ReplayReport } from './diff.ts';

/** What is kept of a replay: enough to see what a candidate would have changed, and nothing of any call. */
const Kept = z.strictObject({
  version: z.literal(1),
  name: z.string().max(200),
  /** ISO 8601. */
  at: z.iso.datetime(),
  candidate: z.strictObject({ file: z.string().max(4_096), digest: z.string().max(100) }),
  calls: z.int().min(0),
  changes: z
    .array(
      z.strictObject({
        kind: z.enum(['blocked', 'allowed', 'held', 'captured', 'sent']),
        calls: z.int().min(0),
        money: z.array(z.string().max(200)).max(200),
        certain: z.int().min(0),
      }),
    )
    .max(10),
  unjudged: z.int().min(0),
});
export type KeptReplay = z.infer<typeof Kept>;

const FOLDER = 'replays';
/** The oldest give way: who compares more candidates than that keeps the reports themselves. */
export const REPLAYS_KEPT_MAX = 50;
/** One is a kilobyte. What is larger is not ours. */
const KEPT_BYTES_MAX = 64 * 1024;

/** Keeps what each candidate would have changed in `DIR/replays`, in place of what was kept of it before. Gives the files. */
export function keepReplay(dir: string, report: ReplayReport, now: number): readonly string[] {
  const folder = path.join(dir, FOLDER);
  makeDirectory(folder);
  const files = report.candidates.map((candidate) => {
    const kept = keptOf(candidate, report.recorded.calls, now);
    const file = path.join(folder, `${kept.name}.json`);
    // Whoever reads it meanwhile reads the one before.
    const draft = `${file}.${process.pid}.tmp`;
    writeFileSync(draft, `${JSON.stringify(kept, null, 2)}\n`);
    renameSync(draft, file);
    return file;
  });
  for (const name of namesIn(folder).slice(REPLAYS_KEPT_MAX)) rmSync(path.join(folder, name), { force: true });
  return files;
}

function keptOf({ policy, changes, verdicts }: CandidateDiff, calls: number, now: number): KeptReplay {
  const plain = path
    .basename(policy.file)
    .replaceAll(/[^\w.-]/g, '-')
    .slice(0, 100);
  return {
    version: 1,
    name: `${/^\.*$/.test(plain) ? 'candidate' : plain}-${policy.digest.slice(0, 12)}`,
    at: new Date(now).toISOString(),
    candidate: { file: policy.file, digest: policy.digest },
    calls,
    changes: CHANGE_KINDS.map((kind) => {
      const { calls: changed, money, certainty } = changes[kind];
      return {
        kind,
        calls: changed,
        money: Object.entries(money).map(([currency, micros]) => formatMoney({ micros: BigInt(micros), currency })),
        certain: certainty.exact,
      };
    }),
    unjudged: verdicts.unjudged,
  };
}

/** The replays that were kept, the newest first; what is none is passed over. */
export function keptReplays(dir: string): readonly KeptReplay[] {
  const folder = path.join(dir, FOLDER);
  return namesIn(folder)
    .slice(0, REPLAYS_KEPT_MAX)
    .flatMap((name) => {
      try {
        const file = path.join(folder, name);
        if (statSync(file).size > KEPT_BYTES_MAX) return [];
        return Kept.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data ?? [];
      } catch {
        return [];
      }
    })
    .toSorted((a, b) => (a.at < b.at ? 1 : -1));
}

/** The newest first. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => ({ name, madeMs: statSync(path.join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
      .toSorted((a, b) => b.madeMs - a.madeMs || (a.name < b.name ? -1 : 1))
      .map(({ name }) => name);
  } catch {
    return [];
  }
}
