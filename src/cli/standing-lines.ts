import type { OpenDoor } from '../door/open.ts';
import type { Lapsed } from '../door/operations.ts';
import { STAGES } from '../engine/standings.ts';
import { unaskedAgents, type LoadedPolicy } from '../policy/index.ts';
import { CommandFailed } from './failure.ts';

/** Agents that would write for real without anybody having asked what they have shown: that is never so by forgetting. */
export function refuseUnasked(policy: LoadedPolicy): void {
  const unasked = unaskedAgents(policy);
  if (unasked.length === 0) return;
  const who = unasked.join(', ');
  throw new CommandFailed(
    `Failed to open the door: ${who} would write for real, and \`${policy.file}\` does not say what must have been shown before.\n` +
      'Say it in `promotion:` (docs/promotion.md), and the agent works in shadow until it has;\n' +
      'or write `promotion: none`, and whoever reads the policy sees that nobody asks.',
  );
}

/** Where agents stand that their policy would let go further, and how they get there; one line each, for whoever starts a door. */
export function standingLines(
  { engine, clock, lapsed }: Pick<OpenDoor, 'engine' | 'clock' | 'lapsed'>,
  { policy, promotion, file }: LoadedPolicy,
  data: string,
): readonly string[] {
  const at = clock.now();
  const standing = [...policy.agents.values()].flatMap(({ id, stage: most, base }): readonly string[] => {
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
    const next = STAGES[STAGES.indexOf(stage) + (step === null ? 1 : 0)] ?? most;
    return [
      `${where}${until}; its policy lets it come to ${most}. What it lacks: interlock gate --policy ${file} --data ${data} --agent ${id} --to ${next}`,
    ];
  });
  return [...lapsed.map(lapsedLine), ...standing];
}

function lapsedLine({ agent, promotion, message }: Lapsed): string {
  return `${agent} lost ${promotion}: ${message}`;
}
