import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { fail, ok, type Result } from '../../std/result.ts';
import type { ProbeEvidence } from './evidence.ts';

const DIGEST = z.string().regex(/^[0-9a-f]{64}$/);
const COUNT = z.int().min(0);
const FOUND = z.object({ oracle: z.string(), text: z.string() });
/** How near it came to one bound; `understated`: beyond it, since the policy reads less off its calls than the business does. */
const NEARNESS = z.object({
  whose: z.string(),
  what: z.string(),
  bound: z.string().nullable(),
  came: z.string(),
  understated: z.string().optional(),
});

/** Of what `interlock probe --json` prints, what a gate goes by. */
const PRINTED = z.object({
  version: z.string().min(1),
  digest: DIGEST,
  rules: DIGEST,
  found: z.boolean(),
  seed: COUNT,
  runs: COUNT,
  calls: COUNT,
  holes: z.array(FOUND),
  bugs: z.array(FOUND),
  nearness: z.array(NEARNESS),
});

/** What a probe found, by what it printed. */
export async function probeIn(file: string): Promise<Result<ProbeEvidence, string>> {
  const read = await printedIn(file);
  if (!read.ok) return fail(`Failed to read \`${file}\`: ${read.failure}. Make it with \`interlock probe --json\`.`);
  const { version, digest, rules, found, seed, runs, calls, holes, bugs, nearness } = read.value;
  const all = [...[...holes, ...bugs].map(({ oracle, text }) => `${oracle}: ${text}`), ...nearness.flatMap(exceeded)];
  if (found !== all.length > 0)
    return fail(
      `Failed to read \`${file}\`: it says that it found ${found ? 'something' : 'nothing'}, and lists ${all.length}. Make it anew with \`interlock probe --json\`.`,
    );
  return ok({ engine: version, policyDigest: digest, rulesDigest: rules, seed, runs, calls, found: all });
}

/** `refunds-bot: 500.00 EUR a day, where the policy reads at most 0.00: correct `amount` …` */
function exceeded({ whose, what, bound, came, understated }: z.infer<typeof NEARNESS>): readonly string[] {
  if (understated === undefined) return [];
  return [`${whose}: ${came} ${what}, where the policy reads at most ${bound ?? 'nothing'}: ${understated}`];
}

async function printedIn(file: string): Promise<Result<z.infer<typeof PRINTED>, string>> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    return fail(error instanceof SyntaxError ? 'it is not JSON' : messageOf(error));
  }
  const parsed = PRINTED.safeParse(value);
  if (parsed.success) return ok(parsed.data);
  const [issue] = parsed.error.issues;
  return fail(`its \`${issue?.path.join('.') ?? ''}\` is not what a probe of this version says`);
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
