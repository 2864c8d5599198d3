import type { Stage } from '../../engine/call.ts';
import { isAbove } from '../../engine/standings.ts';
import { formatDuration } from '../../std/duration.ts';
import { formatShare } from '../../std/share.ts';
import { durationMs } from '../checked.ts';
import type { Path } from '../problem.ts';
import { baseOf } from '../promotion/base.ts';
import { compilePromotion, loosest } from '../promotion/compile.ts';
import type { Report } from '../report.ts';
import type { PolicyFile } from '../schema.ts';
import { bareShare, type DemoteFile, type TermsFile } from '../schema/promotion.ts';
import { shareOf } from '../schema/share.ts';
import { verifierKey } from '../verifier-key.ts';
import { checkEvidence } from './promotion-evidence.ts';
import { allowedRoutes } from './view.ts';

/** A promotion is of what was seen; after a year nobody has seen it. */
const EXPIRES_MAX_MS = 366 * 86_400_000;

/** What a promotion demands must be possible, be asked of somebody, and be stricter than what takes it back. */
export function checkPromotion(policy: PolicyFile, report: Report): void {
  const { promotion } = policy;
  if (promotion === undefined || promotion === 'none') return;
  checkKeys(promotion.keys, report);
  if (durationMs(promotion.expires) > EXPIRES_MAX_MS) {
    const accepted = `at most ${formatDuration(EXPIRES_MAX_MS)}`;
    report.error(['promotion', 'expires'], { message: 'a promotion would be good for too long', accepted });
  }
  checkTargets(policy, promotion, report);
  checkReach(policy, promotion, report);
  checkDemote(policy, promotion, report);
  for (const [id, agent] of Object.entries(policy.agents)) checkClimber(policy, id, agent, report);
}

function checkKeys(keys: readonly string[], report: Report): void {
  const path: Path = ['promotion', 'keys'];
  if (keys.length === 0) {
    const message =
      'nobody can sign a promotion, so no agent will have one: make a key by `interlock keys`, and name it in `keys`';
    report.warn(['promotion'], { message, on: 'key' });
  }
  const seen = new Map<string, number>();
  for (const [index, text] of keys.entries()) {
    const key = verifierKey(text);
    if (key === undefined) {
      const isPrivate = text.startsWith('PRIVATE+KEY+');
      const message = isPrivate
        ? 'this is a private key, and whoever has read it can promote: throw it away, make a new one, and keep that elsewhere'
        : 'this is no verifier key';
      report.error([...path, index], { message, accepted: 'NAME+ID+…, as `interlock keys` prints it', secret: true });
      continue;
    }
    const earlier = seen.get(key.key);
    if (earlier !== undefined) {
      report.error([...path, index], { message: `\`promotion.keys[${earlier}]\` is this key already`, secret: true });
    }
    seen.set(key.key, earlier ?? index);
  }
}

function checkTargets(policy: PolicyFile, { staging, shadow, limited, production }: TermsFile, report: Report): void {
  if (shadow?.sandbox !== undefined && shadow.staging !== undefined) {
    const message = 'shadow is climbed to from one stage, and these are two';
    report.error(['promotion', 'shadow', 'staging'], { message, on: 'key' });
  }
  if (staging !== undefined && shadow === undefined) {
    const message = 'staging would need a promotion, and shadow, above it, none';
    report.error(['promotion', 'staging'], { message, accepted: '`shadow: {}` beside it', on: 'key' });
  }
  const places = [
    ['staging', 'sandbox', staging?.sandbox],
    ['shadow', 'sandbox', shadow?.sandbox],
    ['shadow', 'staging', shadow?.staging],
    ['limited', 'shadow', limited?.shadow],
    ['limited', 'each', limited?.each],
    ['production', 'limited', production?.limited],
  ] as const;
  for (const [target, place, evidence] of places) {
    if (evidence !== undefined) checkEvidence(policy, evidence, target, place, report);
  }
  for (const [target, written] of Object.entries({ staging, shadow, limited, production })) {
    const { scenarios } = written ?? {};
    if (!Array.isArray(scenarios)) continue;
    const twice = scenarios.findIndex((name, index) => scenarios.indexOf(name) !== index);
    if (twice >= 0) report.error(['promotion', target, 'scenarios', twice], `\`${scenarios[twice]}\` is named twice`);
  }
}

/** Demands that nobody will ever be held to. */
function checkReach(policy: PolicyFile, terms: TermsFile, report: Report): void {
  for (const stage of ['staging', 'shadow', 'limited', 'production'] as const) {
    if (terms[stage] === undefined || agentsUpTo(policy, stage).length > 0) continue;
    const message = `no agent may come to work in ${stage}, so nothing is asked by this`;
    report.warn(['promotion', stage], { message, on: 'key' });
  }
  if (terms.limited?.each === undefined || hasRamp(policy)) return;
  const message = 'no segment has a ramp, `share: [1%, 5%, 25%]`, so there is no next step that would ask for this';
  report.warn(['promotion', 'limited', 'each'], { message, on: 'key' });
}

function agentsUpTo({ agents }: PolicyFile, wanted: Stage): readonly PolicyFile['agents'][string][] {
  return Object.values(agents).filter(({ stage }) => !isAbove(wanted, stage));
}

function hasRamp(policy: PolicyFile): boolean {
  return agentsUpTo(policy, 'limited').some(({ segment }) => segment.some(({ share }) => Array.isArray(share)));
}

/** Whoever was promoted with a figure must not be demoted for the same one. */
function checkDemote(policy: PolicyFile, terms: TermsFile, report: Report): void {
  const compiled = compilePromotion(terms);
  const { demote } = terms;
  if (typeof compiled !== 'object' || typeof demote !== 'object') return;
  const lines = loosest([...compiled.targets.values()], terms.limited?.each !== undefined || hasRamp(policy));
  const held = (key: keyof typeof lines & keyof DemoteFile, what: string): void => {
    const written = demote[key];
    if (written === undefined || written === 'none' || shareOf(bareShare(written)) >= lines[key]) return;
    const line = formatShare(lines[key]);
    const message = `an agent may be promoted with ${line} ${what}, and would be demoted for less`;
    report.error(['promotion', 'demote', key], { message, accepted: `"> ${line}", or more` });
  };
  held('harm', 'harm');
  held('disagreement', 'disagreement');
  held('errors', 'errors');
}

/** What stands in the way of an agent that has a ladder to climb. */
function checkClimber(policy: PolicyFile, id: string, agent: PolicyFile['agents'][string], report: Report): void {
  if (baseOf(policy.promotion, agent.stage) === undefined) return;
  if (agent.identity === undefined) {
    const message =
      `nothing says which version, model and prompt of \`${id}\` is promoted, so a change of them goes unnoticed; ` +
      'declare its `identity`';
    report.warn(['agents', id], { message, on: 'key' });
  }
  const writes = [...allowedRoutes(policy, agent).values()].some(({ effect }) => effect !== 'read');
  if (!writes || isAbove('limited', agent.stage)) return;
  const { segment } = agent;
  if (segment.length === 0) {
    const message = `in limited \`${id}\` could write nothing, for it has no \`segment\`, so it could show nothing there`;
    return report.warn(['agents', id, 'stage'], message);
  }
  const isClosed = segment.every(
    ({ share, customers }) =>
      customers === undefined && Array.isArray(share) && Number.parseFloat(share[0] ?? '') === 0,
  );
  if (isClosed) {
    const message = `at the first step of its ramp \`${id}\` could write for nobody, so it could show nothing there`;
    report.warn(['agents', id, 'segment'], { message, on: 'key' });
  }
}
