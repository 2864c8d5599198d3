import type { Instant } from '../std/clock.ts';
import type { Page } from './page.ts';

/** A page that says it is none: to see that a channel works before it has to. `id` must be fresh for each. */
export function testPage(id: string, environment: string, at: Instant): Page {
  return {
    id,
    incident: id,
    ends: false,
    kind: 'test',
    at,
    agent: 'none',
    environment,
    severity: 'info',
    title: 'Interlock: a test page, nothing happened',
    reason: 'test',
    facts: [{ name: 'Since', value: new Date(at).toISOString() }],
    commands: [],
  };
}
