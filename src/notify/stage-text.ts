import { unreachable } from '../std/assert.ts';
import type { Stage } from '../engine/call.ts';
import type { Stood } from '../journal/index.ts';
import { plain, shellWord } from './plain.ts';
import {
  command,
  factsOf,
  NAME_LENGTH_MAX,
  person,
  policyCommand,
  TITLE_LENGTH_MAX,
  type Site,
  type Told,
} from './told.ts';

/** What an agent may do at a stage, for somebody who does not have the manual at hand. */
const MAY: Readonly<Record<Stage, string>> = {
  sandbox: 'nothing behind this door: the sandbox is mocks',
  staging: 'read; every write is refused',
  shadow: 'read real data; its writes are captured and never sent',
  limited: 'write inside its segment; what lies outside is refused',
  production: 'write whatever its policy allows',
};

/** What watches over an agent, as a person says it; a rule that is not here is called as it is written. */
const WATCHED: Readonly<Record<string, string>> = {
  harm: 'reviewers found harm',
  disagreement: 'reviewers disagree with it',
  errors: 'upstreams fail or refuse its calls',
  drift: 'it does other things than it was promoted for',
};

/** An agent stands elsewhere than before, or soon will. */
export function toldStage(stood: Stood, site: Site): Told {
  const { at, agent, by, reason, cause, was, stands } = stood;
  const name = plain(agent, NAME_LENGTH_MAX);
  const who = person(by);
  const common = { Now: nowAt(stood), By: by, Reason: reason, Since: new Date(at).toISOString() };
  const why = command(`why ${shellWord(`agent:${agent}`)}`, site);
  const gate = (to: Stage): string => policyCommand(`gate --agent ${shellWord(agent)} --to ${to}`, site);
  const demote = command(`demote --agent ${shellWord(agent)} --by YOU --reason '…'`, site);
  const mend = command(`break-glass --agent ${shellWord(agent)} --end --by YOU --reason '…'`, site);
  const kill = command(`kill ${shellWord(agent)} --by YOU --reason '…'`, site);
  switch (cause.what) {
    case 'demoted': {
      const isHuman = by.startsWith('human:');
      const what = isHuman ? `${who}: ${reason}` : (WATCHED[cause.rule] ?? cause.rule);
      return {
        severity: isHuman ? 'error' : 'critical',
        title: titled(`${name} was demoted from ${was} to ${stands}${isHuman ? ' by ' : ': '}${what}`),
        reason: `demoted_${plain(cause.rule, NAME_LENGTH_MAX)}`,
        facts: factsOf({ ...(!isHuman && { Observed: cause.observed, Line: cause.limit }), ...common }),
        commands: [why, gate(was), kill],
      };
    }
    case 'revoked':
      return {
        severity: 'error',
        title: titled(`${who} took the promotion of ${name} back; it stands at ${stands}: ${reason}`),
        reason: 'promotion_revoked',
        facts: factsOf({ Promotion: cause.promotion, ...common }),
        commands: [why, gate(was)],
      };
    case 'lapsed':
      return {
        severity: 'error',
        title: titled(`The promotion of ${name} does not hold any more; it stands at ${stands}`),
        reason: `lapsed_${plain(cause.code, NAME_LENGTH_MAX)}`,
        facts: factsOf({ Promotion: cause.promotion, ...common }),
        commands: [why, gate(was)],
      };
    case 'promoted':
      return {
        severity: 'info',
        title: titled(`${name} was promoted to ${stands}${step(stood)}`),
        reason: 'promoted',
        facts: factsOf({ Promotion: cause.promotion, Until: until(stood, cause.promotion), ...common }),
        commands: [shown(cause.promotion, site), why, demote],
      };
    case 'expiring':
      return {
        severity: 'warning',
        title: titled(`The promotion of ${name} to ${stands} ends ${new Date(cause.until).toISOString()}`),
        reason: 'promotion_expiring',
        facts: factsOf({
          Promotion: cause.promotion,
          Ends: new Date(cause.until).toISOString(),
          Then: 'it works on at the highest stage that needs no promotion, until there is a new one',
          ...common,
        }),
        commands: [gate(stands), shown(cause.promotion, site)],
      };
    case 'break_glass':
      return {
        severity: 'critical',
        title: titled(`${who} broke the glass: ${name} works at ${cause.stage} without having earned it: ${reason}`),
        reason: 'break_glass',
        facts: factsOf({ Until: new Date(cause.until).toISOString(), Earned: was, ...common }),
        commands: [why, mend, kill],
      };
    case 'glass_ended':
      return {
        severity: 'info',
        title: titled(`The broken glass of ${name} is over; it stands at ${stands}`),
        reason: 'glass_ended',
        facts: factsOf(common),
        commands: [why],
      };
    default:
      return unreachable(cause);
  }
}

/** The promotion's file, where the door keeps what it admitted. */
const shown = (promotion: string, { data }: Site): string =>
  `npx interlock promotion show ${shellWord(`${data}/promotions/${promotion}.json`)}`;

const titled = (title: string): string => plain(title, TITLE_LENGTH_MAX);

const nowAt = (stood: Stood): string => `${stood.stands}${step(stood)}: it may ${MAY[stood.stands]}`;

/** The step of the ramp that it stands at, where there is one. */
function step({ claims, stands }: Stood): string {
  const steps = claims.filter(({ stage }) => stage === stands).map((claim) => claim.step);
  return steps.length === 0 || steps.includes(null) ? '' : ` (step ${Math.max(...steps.map((one) => one ?? 0))})`;
}

function until({ claims }: Stood, promotion: string): string | undefined {
  const ends = claims.find(({ id }) => id === promotion)?.until ?? null;
  return ends === null ? undefined : new Date(ends).toISOString();
}
