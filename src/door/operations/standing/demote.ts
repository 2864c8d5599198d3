import { ok } from '../../../std/result.ts';
import { isAbove } from '../../../engine/standings.ts';
import { refused, spoken, type OperationParts, type Outcome } from '../parts.ts';
import { climber, liveClaims, stand, type Stood } from './stand.ts';

/** What crossed its line. */
export interface Fall {
  /** `harm`, `disagreement`, `errors`, `drift`, or `human`. */
  readonly rule: string;
  readonly observed: string;
  readonly limit: string;
}

/**
 * Takes the stage away that an agent stands at, an emergency's among it, so that it stands at the highest that is left. What
 * it had shown before counts no more: no older promotion lets it back.
 *
 * @param by `human:NAME` or `watch:RULE`
 */
export async function demote(
  parts: OperationParts,
  name: string,
  fall: Fall,
  by: string,
  reason: string,
): Outcome<Stood> {
  const word = spoken(`demote \`${name}\``, by, reason);
  if (!word.ok) return word;
  const whose = climber(parts, name);
  if (!whose.ok) return whose;
  const { id } = whose.value.agent;
  const at = parts.clock.now();
  const { stage, claim } = parts.engine.standings.of(id, at);
  if (claim === null) {
    return refused(
      409,
      `Failed to demote \`${name}\`: it stands at ${stage}, which needs no promotion, so that there is none to take. To stop it: interlock kill ${name} --reason …`,
    );
  }
  const claims = liveClaims(parts, id, at).filter((other) => isAbove(stage, other.stage));
  const cause = { what: 'demoted', ...fall } as const;
  return ok(await stand(parts, id, { at, claims, cause, ...word.value }));
}
