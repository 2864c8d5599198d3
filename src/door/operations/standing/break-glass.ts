import { randomBytes } from 'node:crypto';
import { ok } from '../../../std/result.ts';
import { formatDuration } from '../../../std/duration.ts';
import { isAbove, STAGES } from '../../../engine/standings.ts';
import { refused, spoken, type OperationParts, type Outcome } from '../parts.ts';
import { climber, liveClaims, stand, type Stood } from './stand.ts';

/** Nobody needs longer to mend what the glass was broken for, or to say so again. */
export const GLASS_MAX_MS = 86_400_000;

export interface Emergency {
  readonly agent: string;
  readonly stage: string;
  readonly lastsMs: number;
  readonly by: string;
  readonly reason: string;
}

/**
 * Lets an agent work further than it has earned, for a while, because a named human says so. It is on record, people are
 * paged, and whoever looks at the door sees it until it ends. A freeze holds all the same.
 */
export async function breakGlass(parts: OperationParts, emergency: Emergency): Outcome<Stood> {
  const { agent: name, lastsMs } = emergency;
  const what = `break the glass for \`${name}\``;
  const word = spoken(what, emergency.by, emergency.reason);
  if (!word.ok) return word;
  const whose = climber(parts, name);
  if (!whose.ok) return whose;
  if (!(lastsMs > 0 && lastsMs <= GLASS_MAX_MS)) {
    return refused(400, `Failed to ${what}: say for how long, up to ${formatDuration(GLASS_MAX_MS)}: --for 2h`);
  }
  const { id, stage: most } = whose.value.agent;
  const stage = STAGES.find((one) => one === emergency.stage);
  if (stage === undefined || isAbove(stage, most)) {
    return refused(400, `Failed to ${what}: its policy lets it be ${most} at most, and not \`${emergency.stage}\`.`);
  }
  const { clock, engine, random = randomBytes } = parts;
  const at = clock.now();
  const now = engine.standings.of(id, at);
  if (!isAbove(stage, now.stage) && now.step === null) {
    return refused(409, `Failed to ${what}: it stands at ${now.stage} already.`);
  }
  const until = at + lastsMs;
  const glass = `glass_${random(8).toString('hex')}`;
  const claims = [
    ...liveClaims(parts, id, at).filter(({ ground }) => ground !== 'break_glass'),
    { stage, step: null, until, ground: 'break_glass', id: glass } as const,
  ];
  const cause = { what: 'break_glass', stage, until } as const;
  return ok(await stand(parts, id, { at, claims, cause, by: `human:${word.value.by}`, reason: word.value.reason }));
}

/** Ends an emergency before its time. */
export async function endGlass(parts: OperationParts, name: string, by: string, reason: string): Outcome<Stood> {
  const word = spoken(`end the broken glass of \`${name}\``, by, reason);
  if (!word.ok) return word;
  const whose = climber(parts, name);
  if (!whose.ok) return whose;
  const { id } = whose.value.agent;
  const at = parts.clock.now();
  const live = liveClaims(parts, id, at);
  const claims = live.filter(({ ground }) => ground !== 'break_glass');
  if (claims.length === live.length) return refused(409, `No glass is broken for \`${name}\`.`);
  const cause = { what: 'glass_ended' } as const;
  return ok(await stand(parts, id, { at, claims, cause, by: `human:${word.value.by}`, reason: word.value.reason }));
}
