import type { Stage } from '../../engine/call.ts';
import { isAbove } from '../../engine/standings.ts';
import { formatShare, type Ppm } from '../../std/share.ts';
import type { Path } from '../problem.ts';
import { evidenceOf } from '../promotion/compile.ts';
import type { EvidenceTerms } from '../promotion.ts';
import type { Report } from '../report.ts';
import type { EvidenceFile } from '../schema/promotion.ts';
import type { PolicyFile } from '../schema.ts';
import { checkReference } from './agents.ts';
import { allowedRoutes } from './view.ts';

const PPM = 1_000_000;

/** What a journal must show can be shown, and is asked of routes that write. */
export function checkEvidence(
  policy: PolicyFile,
  written: EvidenceFile,
  target: Stage,
  place: Stage | 'each',
  report: Report,
): void {
  const path: Path = ['promotion', target, place];
  for (const route of Object.keys(written.classes ?? {}))
    checkClass(policy, route, target, [...path, 'classes', route], report);
  checkLook(evidenceOf(place, written), path, report);
}

function checkClass(policy: PolicyFile, route: string, target: Stage, path: Path, report: Report): void {
  if (!checkReference(policy, route, path, report)) return;
  if (policy.routes[route]?.effect === 'read')
    return report.error(path, { message: `\`${route}\` is a read; classes are of routes that write`, on: 'key' });
  const isAsked = Object.values(policy.agents).some(
    (agent) => !isAbove(target, agent.stage) && allowedRoutes(policy, agent).has(route),
  );
  if (isAsked) return;
  const message = `no agent that may come to ${target} may call \`${route}\`, so this is asked of nobody`;
  report.error(path, { message, on: 'key' });
}

/**
 * At a look that is planned for so many sessions, the demands must be within reach of an agent without any fault: with n
 * sessions and none of them harmful, the exact bound (Clopper–Pearson) is 1 − (1 − confidence)^(1/n).
 */
function checkLook(
  { look, sessions, harmBelow, confidence, classes }: EvidenceTerms,
  path: Path,
  report: Report,
): void {
  if (look === 'continuous') return;
  const at = [...path, 'look', 'sessions'];
  if (look.sessions < sessions) {
    const message = `the one look is at ${look.sessions} sessions, and ${sessions} are asked for, so it could never pass`;
    return report.error(at, { message, accepted: `${sessions} or more` });
  }
  const ofClasses = [...classes.values()].map((one) => one.harmBelow ?? null);
  const lines = [harmBelow, ...ofClasses].filter((line) => line !== null);
  if (lines.length === 0) return;
  const strictest = Math.min(...lines);
  const needed = sessionsFor(strictest, confidence);
  if (look.sessions >= needed) return;
  const message = `${look.sessions} sessions without any harm cannot show that there is less than ${formatShare(strictest)} of it`;
  report.error(at, { message, accepted: `${needed} or more` });
}

/** The fewest sessions without harm that bound it below a line. */
function sessionsFor(line: Ppm, confidence: number): number {
  return Math.ceil(Math.log(1 - confidence) / Math.log(1 - line / PPM));
}
