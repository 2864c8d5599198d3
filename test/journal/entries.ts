import type { Event } from '../../src/engine/event.ts';
import { unreachable } from '../../src/std/assert.ts';
import type { AgentId, CallId, GrantId } from '../../src/engine/ids.ts';
import type { Entry, NoteEntry } from '../../src/journal/entry.ts';
import { intentOf } from '../../src/journal/facts.ts';

/** A small record of any text. */
export function note(at: number, text: string): NoteEntry {
  const ids = { agent: 'bot' as AgentId, grant: 'grant_1' as GrantId, call: null };
  return { kind: 'note', at, ...ids, session: 's1', text };
}

/** The record by which a door would have told of an event. */
export function entryOf(event: Event): Entry {
  switch (event.kind) {
    case 'decided': {
      const { call, verdict, trips } = event;
      const wire = { method: 'POST', target: `/${call.route}`, headers: {}, body: null } as const;
      const place = { stage: 'production', upstream: 'shop' } as const;
      return { kind: 'call', ...intentOf(call), ...place, ...wire, verdict, findings: [], trips };
    }
    case 'ended': {
      const { call, at, effectiveness } = event;
      const answer = { status: 200, failure: null, contentType: null, answer: null, answerBytes: 0 } as const;
      return { kind: 'outcome', at, call, effectiveness, durationMs: 1, ...answer };
    }
    case 'frozen':
      return { kind: 'freeze', ...event.freeze, call: null, severed: [] };
    case 'assented': {
      const { agent, at, by, freeze } = event;
      return { kind: 'assent', at, agent, by, reason: 'looked at it', freeze };
    }
    case 'resumed':
      return { kind: 'resume', agent: event.agent, at: event.at, by: 'human:ann', reason: 'looked at it' };
    case 'stood': {
      const { agent, at, policy, claims } = event;
      return {
        kind: 'standing',
        at,
        agent,
        policy,
        claims,
        was: 'sandbox',
        stands: claims[0]?.stage ?? 'sandbox',
        cause: { what: 'glass_ended' },
        by: 'human:ann',
        reason: 'it is over',
      };
    }
    case 'reviewed': {
      const { call, at, approved, by, reason } = event;
      return { kind: 'review', at, call, agent: 'bot' as AgentId, approved, by, reason };
    }
    default:
      return unreachable(event);
  }
}

export const callId = (id: string): CallId => id as CallId;
