import { formatDuration } from '../../std/duration.ts';
import {
  demotionDemands,
  ladderOf,
  type Demands,
  type Identity,
  type Ladder,
  type LoadedPolicy,
  type PolicyProblem,
  readSource,
  type Rung,
  unaskedAgents,
} from '../../policy/index.ts';

/** What agents must show on their way up, for people; nothing where the policy says nothing of it. */
export function ladderReport(loaded: LoadedPolicy): readonly string[] {
  const { promotion } = loaded;
  const ladders = laddersOf(loaded);
  if (promotion === undefined) return [];
  if (promotion === 'none') {
    const where = ladders.map(({ agent, declared }) => `${agent} in ${declared}`).join(', ');
    return ['', `Promotions: none. Nobody asks what an agent has shown; each works where it is declared: ${where}.`];
  }
  const { keys, people, expiresMs, demotion } = promotion;
  const signed = `signed with ${keys.length === 1 ? 'the key' : `one of the ${keys.length} keys`} of the policy`;
  const approved = `approved by ${['nobody', 'one person', 'two people'][people]}`;
  const rungs = new Map(ladders.flatMap((ladder) => ladder.rungs.map((rung) => [demandedAt(rung), rung] as const)));
  return [
    '',
    `Promotions (${keys.length === 0 ? 'nobody can sign one' : signed}, ${approved}, good for ${formatDuration(expiresMs)}):`,
    ...ladders.map((ladder) => ladderLine(ladder, loaded)),
    ...[...rungs].flatMap(([title, rung]) => demandLines(title, rung)),
    demotionLine(demotionDemands(demotion)),
  ];
}

function ladderLine({ agent, base, rungs }: Ladder, { identities }: LoadedPolicy): string {
  const who = `- ${agent} (${identityWords(identities.get(agent))})`;
  if (rungs.length === 0) return `${who} works in ${base}, for which no promotion is needed.`;
  return `${who} starts in ${base}; from there to ${rungs.map(placeWords).join(', then ')}.`;
}

function placeWords({ stage, step, opens }: Rung): string {
  if (stage !== 'limited') return stage;
  const open = opens.length === 0 ? 'no segment, so it writes nothing there' : opens.join('; ');
  return `${stage}${step === null ? '' : ` step ${step}`} (${open})`;
}

/** Every step after the first is asked the same. */
function demandedAt({ stage, from, step }: Rung): string {
  if (step !== null && step > 1) return `For each further step of ${stage}, shown at the step before it`;
  return `For ${stage}, shown in ${from}`;
}

function demandLines(title: string, { asks, waived }: Demands): readonly string[] {
  const rest = waived.length === 0 ? [] : [`  - waived, and the policy answers for it: ${waived.join(', ')}`];
  return [`${title}:`, ...asks.map((ask) => `  - ${ask}`), ...rest];
}

function demotionLine({ asks, waived }: Demands): string {
  const rest = waived.length === 0 ? '' : ` Waived: ${waived.join(', ')}.`;
  if (asks.length === 0) return `Nothing takes a stage back by itself.${rest}`;
  return `Taken back by itself, with a page: ${asks.join('; ')}.${rest}`;
}

function identityWords(identity: Identity | undefined): string {
  if (identity === undefined) return 'of no declared identity';
  const { version, model, prompt } = identity;
  const words = [
    version === undefined ? undefined : `version ${version}`,
    model === undefined ? undefined : `model ${model}`,
    prompt === undefined ? undefined : `prompt ${prompt.slice(0, 12)}…`,
  ];
  return words.filter((word) => word !== undefined).join(', ');
}

/** The same for programs. */
export function ladderJson(loaded: LoadedPolicy): object {
  const { promotion, identities, rulesDigest } = loaded;
  return {
    rulesDigest,
    promotion:
      typeof promotion === 'object'
        ? {
            keys: promotion.keys,
            people: promotion.people,
            expiresMs: promotion.expiresMs,
            demotion: demotionDemands(promotion.demotion),
          }
        : (promotion ?? null),
    ladders: laddersOf(loaded).map((ladder) => ({ ...ladder, identity: identities.get(ladder.agent) ?? null })),
  };
}

function laddersOf(loaded: LoadedPolicy): readonly Ladder[] {
  return [...loaded.policy.agents.keys()].flatMap((agent) => ladderOf(loaded, agent) ?? []);
}

/** Agents that may work for real, of whom nobody says whether they must have shown anything: `serve` does not start for them. */
export function unaskedWarnings(loaded: LoadedPolicy): readonly PolicyProblem[] {
  return unaskedAgents(loaded).map((agent) => ({
    ...placeOf(loaded, agent),
    path: `agents.${agent}.stage`,
    message:
      `\`${agent}\` may work in ${loaded.policy.agents.get(agent)?.stage}, and nothing says what it must have shown: ` +
      'declare `promotion: { … }`, or `promotion: none` to answer for it yourself; `interlock serve` asks for one of them',
  }));
}

/** Where its stage stands, in the policy file or in one that it includes; at the beginning where it inherits it. */
function placeOf({ text, includes }: LoadedPolicy, agent: string): Pick<PolicyProblem, 'file' | 'line' | 'column'> {
  for (const [name, written] of [[undefined, text] as const, ...Object.entries(includes)]) {
    const source = readSource(written, name);
    if (!source.ok) continue;
    const { agents } = source.value.data as { agents?: Readonly<Record<string, { stage?: string } | undefined>> };
    if (agents?.[agent] === undefined) continue;
    const { file, line, column } = source.value.place(['agents', agent, 'stage']);
    return { ...(file !== undefined && { file }), line, column };
  }
  return { line: 1, column: 1 };
}
