import type { Finding } from '../../../src/engine/decision.ts';
import type { Entry, FactsJson } from '../../../src/journal/entry.ts';
import type { Deed } from '../../../src/lab/oracles/oracle.ts';

/** Calls and grants have names of their own in every journal; here each is called by its place. */
export type Names = ReadonlyMap<string, string>;

export function namesOf(entries: readonly Entry[]): Names {
  const names = new Map<string, string>();
  const grants = new Map<string, string>();
  for (const entry of entries) {
    if (entry.kind !== 'call') continue;
    names.set(entry.call, `call ${names.size + 1}`);
    if (!grants.has(entry.grant)) grants.set(entry.grant, `grant ${grants.size + 1}`);
  }
  return new Map([...names, ...grants]);
}

/** What must be the same of an entry, as text; nothing of entries that only a real journal has. */
export function shownEntry(entry: Entry, names: Names): readonly string[] {
  switch (entry.kind) {
    case 'call': {
      const { at, call, agent, grant, task, session, stage, route, effect, upstream, method, target } = entry;
      const { headers, body, facts, verdict, findings, trips, approval, before } = entry;
      const who = { at, call, agent, grant, task, session, stage };
      const what = { route, effect, upstream, method, target, headers, body, facts: blurred(facts) };
      return [shown({ who, what, verdict, findings: findings.map(unworded), trips, approval, before }, names)];
    }
    case 'outcome': {
      const { at, call, effectiveness, status, failure, durationMs, facts } = entry;
      return [shown({ at, call, effectiveness, status, failure, durationMs, facts }, names)];
    }
    case 'freeze': {
      const { at, agent, trip, by, reason, call, severed, cause, levels } = entry;
      return [shown({ at, agent, trip, by, reason, call, severed, cause, levels }, names)];
    }
    case 'review': {
      const { at, call, agent, approved, by } = entry;
      return [shown({ at, call, agent, approved, by }, names)];
    }
    case 'recovery':
      // A journal begins with one; the arena's begins with nothing.
      return entry.unknown.length === 0 ? [] : [shown({ at: entry.at, unknown: entry.unknown }, names)];
    default:
      return [];
  }
}

/**
 * The door remembers what a session read, to tell what has changed since; the arena leaves that out, for it is words alone:
 * nothing is decided by them.
 */
function blurred(facts: FactsJson): unknown {
  const { particulars } = facts;
  const precondition = particulars?.precondition;
  if (particulars === undefined || precondition?.kind !== 'read') return facts;
  return { ...facts, particulars: { ...particulars, precondition: { ...precondition, changed: [] } } };
}

function unworded(finding: string | Finding): string | Finding {
  if (typeof finding === 'string' || finding.guard !== 'precondition') return finding;
  const { hint: _hint, observed: _observed, ...rest } = finding;
  return rest;
}

/** What an entry shows to have been reached: verdicts with their reasons, outcomes, freezes, lost outcomes. */
export function reasonsOf(entry: Entry): readonly string[] {
  switch (entry.kind) {
    case 'call':
      return [entry.verdict, ...entry.findings.flatMap((one) => (typeof one === 'string' ? [] : [one.reason]))];
    case 'outcome':
      return [`${entry.effectiveness} ${entry.failure ?? entry.status}`];
    case 'freeze':
      return [entry.trip];
    case 'recovery':
      return entry.unknown.length === 0 ? [] : ['lost outcomes'];
    default:
      return [];
  }
}

export function shownDeed({ at, upstream, entry, by }: Deed, names: Names): string {
  const doer = by && { call: by.id, agent: by.agent, task: by.task, route: by.route, subject: by.subject };
  return shown({ at, upstream, entry, doer, amount: by?.amount }, names);
}

/** Member by member in one order, so that a difference reads as one. */
function shown(value: unknown, names: Names): string {
  const text = JSON.stringify(value, (_key, member: unknown) => {
    if (typeof member === 'bigint') return String(member);
    if (typeof member !== 'object' || member === null || Array.isArray(member)) return member;
    return Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
  return text.replace(/(?<=")[\w/.#-]+(?=")|call_[\w-]+/g, (name) => names.get(name) ?? name);
}
