import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { makeDirectory } from '../journal/index.ts';
import type { GateResult } from './criterion.ts';

/** The last verdict on an agent, as it lies beside the journal for whoever asks why it stands where it stands. */
const Advice = z.strictObject({
  version: z.literal(1),
  agent: z.string(),
  to: z.enum(['sandbox', 'staging', 'shadow', 'limited', 'production']),
  step: z.int().min(1).nullable(),
  verdict: z.enum(['PASS', 'FAIL', 'INCONCLUSIVE']),
  at: z.int(),
  /** What was judged: a verdict on other rules or another agent says nothing of these. */
  policy: z.string(),
  identity: z.string(),
  lacking: z.array(
    z.strictObject({
      criterion: z.string(),
      class: z.string().nullable(),
      text: z.string(),
      daysLeft: z.number().nullable(),
    }),
  ),
});

export type GateAdvice = z.infer<typeof Advice>;

const FOLDER = 'gate';
/** There are as many as agents times stages; whatever lies there beyond is not ours. */
const ADVICES_MAX = 1_000;

/** Writes what a verdict was to `DIR/gate/AGENT-STAGE.json`, in place of the one before. It is advice: no door decides by it. */
export function keepAdvice(dir: string, { agent, to, step, verdict, at, criteria, evidence }: GateResult): string {
  const advice: GateAdvice = {
    version: 1,
    agent,
    to,
    step,
    verdict,
    at,
    policy: evidence.basis.policyDigest,
    identity: evidence.basis.identityDigest,
    lacking: criteria
      .filter(({ outcome }) => outcome === 'fail' || outcome === 'inconclusive')
      .map(({ id, class: of, title, lacking, daysLeft }) => ({
        criterion: id,
        class: of,
        text: lacking ?? title,
        daysLeft: daysLeft ?? null,
      })),
  };
  const file = path.join(dir, FOLDER, `${fileName(agent)}-${to}.json`);
  makeDirectory(path.dirname(file));
  writeFileSync(file, `${JSON.stringify(advice, null, 2)}\n`);
  return file;
}

/** Every verdict that lies beside a journal, by agent and stage; what is no advice is passed over. */
export function readAdvice(dir: string): readonly GateAdvice[] {
  let names: readonly string[];
  try {
    names = readdirSync(path.join(dir, FOLDER))
      .filter((name) => name.endsWith('.json'))
      .toSorted()
      .slice(0, ADVICES_MAX);
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    try {
      return Advice.safeParse(JSON.parse(readFileSync(path.join(dir, FOLDER, name), 'utf8'))).data ?? [];
    } catch {
      return [];
    }
  });
}

/** An agent's name as part of a file's, wherever it comes from. */
export function fileName(agent: string): string {
  const plain = agent.replaceAll(/[^\w.-]/g, '-').slice(0, 100);
  return /^\.*$/.test(plain) ? 'agent' : plain;
}
