import { unreachable } from '../std/assert.ts';
import { formatMoney } from '../std/money.ts';
import type { FreezeEntry, HeldCall, PendingPage, ResumeEntry } from '../journal/index.ts';
import { plain, shellWord } from './plain.ts';
import type { Page } from './page.ts';
import { toldStage } from './stage-text.ts';
import { command, factsOf, NAME_LENGTH_MAX, person, seenAt, TITLE_LENGTH_MAX, type Site, type Told } from './told.ts';
import { allowedInMoney, lastSubjects } from './trail.ts';

const SEVERED_SHOWN = 5;
const LEVELS_SHOWN = 5;

/**
 * What a person reads at 3 AM, from the record alone: the same before and after a restart.
 *
 * It shows subjects, amounts and rules, and no body, header or address of a call: those may be personal.
 */
export function pageOf({ id, incident, ends, kind, agent, cause }: PendingPage, site: Site): Page {
  const { at } = cause;
  return { id, incident, ends: ends === true, kind, at, agent, environment: site.environment, ...toldOf(cause, site) };
}

function toldOf(cause: PendingPage['cause'], site: Site): Told {
  switch (cause.kind) {
    case 'freeze':
      return toldFreeze(cause, site);
    case 'resume':
      return toldResume(cause, site);
    case 'call':
      return toldHold(cause, site);
    case 'standing':
      return toldStage(cause, site);
    default:
      return unreachable(cause);
  }
}

function toldFreeze(freeze: FreezeEntry, site: Site): Told {
  const { agent, trip, by, cause, trail, levels = [], severed } = freeze;
  const byHuman = by.startsWith('human:');
  const facts = {
    'Control room': seenAt(site, 'agents', agent),
    Rule: cause && `${cause.guard} ${cause.rule}: ${saw(cause)}`,
    Allowed: trail && trail.length > 0 ? allowedInMoney(trail) : undefined,
    'Last subjects': trail && lastSubjects(trail),
    Limits: levels.length === 0 ? undefined : levels.slice(0, LEVELS_SHOWN).map(full).join('; '),
    Stopped:
      severed.length === 0
        ? `every call from now on${trip === 'kill' ? '; none was in flight' : '; those in flight may finish'}`
        : `every call from now on; ${severed.length} in flight severed, outcome unknown: ${some(severed)}`,
    By: by,
    Since: new Date(freeze.at).toISOString(),
  };
  const name = plain(agent, NAME_LENGTH_MAX);
  const what = trip === 'kill' ? 'killed' : 'frozen';
  const why = readable(freeze.reason);
  const title = byHuman
    ? `${name} was ${what} by ${person(by)}: ${why}`
    : by === 'agent'
      ? `${name} froze itself: ${why}`
      : `${name} was ${what}: ${why}`;
  return {
    severity: byHuman ? 'error' : 'critical',
    title: plain(title, TITLE_LENGTH_MAX),
    reason: cause?.reason ?? (byHuman ? 'human' : by === 'agent' ? 'agent' : plain(freeze.reason, NAME_LENGTH_MAX)),
    facts: factsOf(facts),
    commands: [
      command(`why ${shellWord(freeze.call ?? `agent:${agent}`)}`, site),
      command('status', site),
      command('audit verify', site),
      command(`resume ${shellWord(agent)} --by YOU --reason '…'`, site),
    ],
  };
}

function toldResume({ agent, at, by, reason }: ResumeEntry, site: Site): Told {
  return {
    severity: 'info',
    title: plain(`${agent} was resumed by ${person(by)}: ${reason}`, TITLE_LENGTH_MAX),
    reason: 'resumed',
    facts: factsOf({ By: by, Reason: reason, At: new Date(at).toISOString() }),
    commands: [command('status', site)],
  };
}

function toldHold(held: HeldCall, site: Site): Told {
  const { agent, call, route, effect, upstream, task, facts, findings } = held;
  const holding = findings.flatMap((finding) =>
    typeof finding === 'string' || finding.verdict !== 'hold' ? [] : [finding],
  );
  const expiresAt = Math.min(...holding.flatMap((finding) => finding.expiresAt ?? []));
  const { amount } = facts;
  const money =
    amount === null || 'fault' in amount ? '' : ` of ${formatMoney({ ...amount, micros: BigInt(amount.micros) })}`;
  return {
    severity: 'warning',
    title: plain(`${agent} waits for a human: ${route}${money}`, TITLE_LENGTH_MAX),
    reason: 'held',
    facts: factsOf({
      'Control room': seenAt(site, 'holds', call),
      Call: `${call}: ${route} (${effect}) on ${upstream}${money}`,
      Subject: facts.subject ?? undefined,
      Rule: holding.map((finding) => `${finding.guard} ${finding.rule}: ${saw(finding)}`).join('; ') || undefined,
      Task: task,
      Lapses: Number.isFinite(expiresAt) ? new Date(expiresAt).toISOString() : undefined,
      Since: new Date(held.at).toISOString(),
    }),
    commands: [
      command(`why ${shellWord(call)}`, site),
      command('holds', site),
      command(`approve ${shellWord(call)} --by YOU --reason '…'`, site),
      command(`reject ${shellWord(call)} --by YOU --reason '…'`, site),
    ],
  };
}

/** `budget exceeded, observed 510.00 USD, limit 500 USD` */
function saw({ reason, observed, limit }: { reason: string; observed?: string; limit?: string }): string {
  const parts = [readable(reason), observed && `observed ${observed}`, limit && `limit ${limit}`];
  return parts.filter(Boolean).join(', ');
}

function full({ guard, rule, limit, remaining }: NonNullable<FreezeEntry['levels']>[number]): string {
  return `${guard} ${rule}: ${remaining} left of ${limit}`;
}

function some(calls: readonly string[]): string {
  const shown = calls.slice(0, SEVERED_SHOWN).join(', ');
  return calls.length > SEVERED_SHOWN ? `${shown}, and ${calls.length - SEVERED_SHOWN} more` : shown;
}

/** A reason's code as words; a person's own words stay as they are. */
function readable(reason: string): string {
  return /^[a-z0-9]+(_[a-z0-9]+)*$/.test(reason) ? reason.replaceAll('_', ' ') : reason;
}
