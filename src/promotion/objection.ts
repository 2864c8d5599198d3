import type { Instant } from '../std/clock.ts';
import { formatDuration } from '../std/duration.ts';
import type { Result } from '../std/result.ts';
import { samePerson } from '../engine/assents.ts';
import { isAbove } from '../engine/standings.ts';
import type { Demand } from './demand.ts';
import { refuse, shown, type PromotionRefused } from './refusal.ts';
import type { Promotion } from './statement.ts';

/** How far the clock of whoever promotes may be ahead of the door's. */
const SKEW_MS = 300_000;

type Refused = Result<never, PromotionRefused>;
type Objection = (promotion: Promotion, demand: Demand) => Refused | undefined;

const GATE_AGAIN = 'Run `interlock gate` again and admit what it signs.';

/** Why a promotion whose signature holds does not hold here and now; `undefined`: it does. The first reason is named. */
export function objectionTo(promotion: Promotion, demand: Demand): Refused | undefined {
  for (const objects of OBJECTIONS) {
    const objection = objects(promotion, demand);
    if (objection !== undefined) return objection;
  }
  return undefined;
}

const agent: Objection = (promotion, demand) => {
  if (promotion.agent === demand.agent) return undefined;
  return refuse(
    'other_agent',
    `This promotion is for the agent ${shown(promotion.agent)}, not for \`${demand.agent}\`. What one agent has shown says nothing of another: run \`interlock gate --agent ${demand.agent}\`.`,
  );
};

const identity: Objection = (promotion, { identity: own }) => {
  const differing = (['version', 'model', 'prompt'] as const).filter((part) => promotion.identity[part] !== own[part]);
  if (differing.length === 0 && promotion.identity.digest === own.digest) return undefined;
  const told = differing.map(
    (part) => `its ${part} was ${worded(promotion.identity[part])} and is ${worded(own[part])}`,
  );
  const what = told.length === 0 ? `its digest was ${promotion.identity.digest} and is ${own.digest}` : told.join(', ');
  return refuse(
    'other_identity',
    `This promotion is for another \`${own.agent}\`: ${what}. What changed must be shown anew: let it work in \`${promotion.from}\` and run \`interlock gate\`.`,
  );
};

const worded = (part: string | undefined): string => (part === undefined ? 'not declared' : shown(part));

const policy: Objection = (promotion, { policy: own }) => {
  if (promotion.policy.digest === own.digest) return undefined;
  const which = `policy ${short(promotion.policy.digest)}, and this one is ${short(own.digest)}`;
  const next =
    promotion.policy.rules === own.rules
      ? `Its rules are the same, so what was shown still counts. ${GATE_AGAIN}`
      : 'Its rules are others, so they must be shown to hold: run `interlock gate` under this one.';
  return refuse('other_policy', `This promotion is for the ${which}. ${next}`);
};

const short = (digest: string): string => digest.slice(0, 12);

const environment: Objection = (promotion, demand) => {
  if (promotion.environment === demand.environment) return undefined;
  return refuse(
    'other_environment',
    `This promotion is for the environment ${shown(promotion.environment)}, and this is \`${demand.environment}\`. Run \`interlock gate\` where it is to work.`,
  );
};

const stage: Objection = ({ stage: to, from, step }, { agent: id, stageMax, rampSteps }) => {
  if (isAbove(to, stageMax)) {
    return refuse(
      'other_stage',
      `This promotion is to ${to}, and the policy lets \`${id}\` be ${stageMax} at most. Declare \`stage: ${to}\` if that is meant, and run \`interlock gate\` under that policy.`,
    );
  }
  if (isAbove(from, to)) {
    return refuse('other_stage', `This promotion leads down, from ${from} to ${to}. ${GATE_AGAIN}`);
  }
  const steps = to === 'limited' ? rampSteps : 0;
  if (steps === 0 ? step === null : step !== null && step <= steps) return undefined;
  const said = step === null ? 'all of its ramp at once' : `step ${step} of its ramp`;
  const has = steps === 0 ? 'no ramp' : `a ramp of ${steps} steps`;
  return refuse(
    'other_stage',
    `This promotion is to ${to} for ${said}, and the policy has ${has} there. ${GATE_AGAIN}`,
  );
};

const time: Objection = ({ issuedAt, expiresAt }, { terms: { expiresMs }, now }) => {
  if (issuedAt > now + SKEW_MS) {
    return refuse(
      'not_yet_valid',
      `This promotion is good from ${shownAt(issuedAt)} on, and it is ${shownAt(now)}. Look at the clocks of this machine and of the gate's.`,
    );
  }
  if (expiresAt <= now) {
    return refuse('expired', `This promotion ended at ${shownAt(expiresAt)}, and it is ${shownAt(now)}. ${GATE_AGAIN}`);
  }
  if (expiresAt - issuedAt <= expiresMs) return undefined;
  const lasts = `This promotion is to last from ${shownAt(issuedAt)} to ${shownAt(expiresAt)}`;
  return refuse('lasts_too_long', `${lasts}, and the policy allows ${formatDuration(expiresMs)}. ${GATE_AGAIN}`);
};

const withdrawn: Objection = ({ id, journal, issuedAt }, { agent: own, isRevoked, fellAt }) => {
  if (isRevoked(id)) {
    return refuse('revoked', `The promotion ${id} was revoked, for good. ${GATE_AGAIN}`);
  }
  // Evidence that ends before the fall is of an agent that has since been seen to do worse, whenever it was signed.
  if (fellAt === undefined || (fellAt < issuedAt && fellAt < journal.at)) return undefined;
  return refuse(
    'before_demotion',
    `This promotion rests on what \`${own}\` did until ${shownAt(journal.at)}, and it was demoted at ${shownAt(fellAt)}. It must show anew what it is like since: run \`interlock gate\` once there is enough.`,
  );
};

const origin: Objection = ({ journal: { seq, hash } }, { journalHas }) => {
  if (journalHas(seq, hash)) return undefined;
  return refuse(
    'foreign_journal',
    `This promotion rests on another journal: this door's has no record ${seq} with the hash ${short(hash)}…. Run \`interlock gate\` on this door's data directory.`,
  );
};

const people: Objection = ({ approvals }, { terms }) => {
  const different = approvals.filter(
    ({ by }, index) => by.trim() !== '' && !approvals.slice(0, index).some((other) => samePerson(other.by, by)),
  );
  if (different.length >= terms.people) return undefined;
  const names = different.map(({ by }) => shown(by)).join(' and ');
  const who = different.length === 0 ? 'nobody has' : `${names} alone ${approvals.length > 1 ? 'has, twice' : 'has'}`;
  const asked = terms.people === 1 ? 'one person' : `${terms.people} different people`;
  return refuse(
    'too_few_approvals',
    `The policy asks that ${asked} approve a promotion, and of this one ${who}. Run \`interlock gate\` again with \`--approve "NAME: reason"\` for each.`,
  );
};

/** The order in which a person would ask. */
const OBJECTIONS: readonly Objection[] = [agent, environment, identity, policy, stage, time, withdrawn, origin, people];

const shownAt = (at: Instant): string => new Date(at).toISOString();
