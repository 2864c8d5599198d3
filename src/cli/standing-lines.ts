import { performance } from 'node:perf_hooks';
import type { Lacking } from '../door/answers/stage-words.ts';
import { readAdvice } from '../gate/advice.ts';
import type { OpenDoor } from '../door/open.ts';
import type { Lapsed } from '../door/operations.ts';
import { rampSteps } from '../engine/ramp.ts';
import { STAGES } from '../engine/standings.ts';
import { unaskedAgents, type LoadedPolicy } from '../policy/index.ts';
import { CommandFailed } from './failure.ts';

/** What is said of agents that would write for real without anybody having asked what they have shown; `undefined`: of none. */
export function unaskedWords(policy: LoadedPolicy): string | undefined {
  const unasked = unaskedAgents(policy);
  if (unasked.length === 0) return undefined;
  const who = unasked.join(', ');
  return (
    `${who} would write for real, and \`${policy.file}\` does not say what must have been shown before.\n` +
    'Say it in `promotion:` (docs/promotion-terms.md), and the agent works in shadow until it has;\n' +
    'or write `promotion: none`, and whoever reads the policy sees that nobody asks.'
  );
}

/** That is never so by forgetting. */
export function refuseUnasked(policy: LoadedPolicy): void {
  const unasked = unaskedWords(policy);
  if (unasked !== undefined) throw new CommandFailed(`Failed to open the door: ${unasked}`);
}

/** Where agents stand that their policy would let go further, and how they get there; one line each, for whoever starts a door. */
export function standingLines(
  { engine, clock, lapsed }: Pick<OpenDoor, 'engine' | 'clock' | 'lapsed'>,
  { policy, promotion, file }: LoadedPolicy,
  data: string,
  lacking: Lacking,
): readonly string[] {
  const at = clock.now();
  const standing = [...policy.agents.values()].flatMap((agent): readonly string[] => {
    const { id, stage: most, base } = agent;
    const { stage, step, claim } = engine.standings.of(id, at);
    if (base === undefined) {
      return promotion === 'none' && STAGES.indexOf(stage) > STAGES.indexOf('shadow')
        ? [`${id} works in ${stage}; the policy says \`promotion: none\`: nobody asks what it has shown`]
        : [];
    }
    const where = `${id} stands in ${stage}${step === null ? '' : `, step ${step}`}`;
    const until = claim?.until == null ? '' : ` until ${new Date(claim.until).toISOString()}`;
    if (claim?.ground === 'break_glass') return [`${where}${until}, by broken glass: it has not shown that it may`];
    if (stage === most && step === null) return [`${where}${until}, by ${claim?.id ?? 'its policy'}`];
    // The last step of a ramp leads on to the next stage.
    const climbs = step !== null && step < (rampSteps(agent) ?? 0);
    const next = STAGES[STAGES.indexOf(stage) + (climbs ? 0 : 1)] ?? most;
    const lacks = lacking(id);
    return [
      `${where}${until}; its policy lets it come to ${most}. What it lacks: interlock gate --policy ${file} --data ${data} --agent ${id} --to ${next}`,
      ...lacks.map((text) => `  ${text}`),
    ];
  });
  return [...lapsed.map(lapsedLine), ...standing];
}

function lapsedLine({ agent, promotion, message }: Lapsed): string {
  return `${agent} lost ${promotion}: ${message}`;
}

/** How long an answer of the gate is taken for its last: a refused agent in a loop must not read the disk in one. */
export const ADVICE_KEPT_MS = 10_000;

/** What agents lacked when a gate was asked last about exactly this policy. */
export function lackingIn(data: string, { digest }: LoadedPolicy): Lacking {
  let lacks = new Map<string, readonly string[]>();
  let readAt = -Infinity;
  return (agent) => {
    if (performance.now() - readAt >= ADVICE_KEPT_MS) {
      readAt = performance.now();
      const last = readAdvice(data)
        .filter(({ policy }) => policy === digest)
        .toSorted((a, b) => a.at - b.at);
      lacks = new Map(
        last.map(({ agent: whose, to, at, lacking }) => [whose, lacking.map(({ text }) => told(to, at, text))]),
      );
    }
    return lacks.get(agent) ?? [];
  };
}

function told(to: string, at: number, text: string): string {
  return `For ${to}, on ${new Date(at).toISOString().slice(0, 10)}: ${text}.`;
}
