import type { AgentId, CallId, RouteId } from '../../../src/engine/ids.ts';
import type { ClassEvidence, GateEvidence, JudgedSession } from '../../../src/gate/evidence/evidence.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Of these, one on which nothing was. */
const DAYS = 17;
const IDLE = 9;
const SESSIONS_A_DAY = 22;
/** A Monday. */
export const STARTED = Date.UTC(2026, 2, 2, 13);
export const ENDED = STARTED + DAYS * DAY_MS;
export const AGENT = 'refunds-bot' as AgentId;

export const digest = (letter: string): string => letter.repeat(64);

/** A fortnight of sessions, of which those numbered did harm. */
function sessions(harmful: readonly number[]): readonly JudgedSession[] {
  return Array.from({ length: (DAYS - 1) * SESSIONS_A_DAY }, (_, index) => {
    const day = Math.floor(index / SESSIONS_A_DAY);
    const at = STARTED + (day < IDLE ? day : day + 1) * DAY_MS + (index % SESSIONS_A_DAY) * 20 * 60_000;
    const isHarmful = harmful.includes(index + 1);
    return {
      session: `s-${index + 1}`,
      at,
      writes: 2,
      judged: 2,
      harmful: isHarmful ? 1 : 0,
      call: isHarmful ? (`call_${index + 1}` as CallId) : null,
    };
  });
}

const refunds = (harmful: readonly number[]): ClassEvidence => ({
  route: 'create_refund' as RouteId,
  effect: 'money',
  meant: 704,
  stopped: 12,
  judged: sessions(harmful),
  undecided: 0,
  agreement: {
    with: 'actuals',
    clusters: Array.from({ length: 352 }, (_, index) => ({ events: index % 90 === 0 ? 1 : 2, total: 2 })),
  },
  amounts: [
    { band: 'under 20.00 USD', meant: 402, allowed: true },
    { band: '20.00 to 200.00 USD', meant: 300, allowed: true },
    { band: 'over 200.00 USD', meant: 2, allowed: true },
  ],
  weekdays: 530,
  weekend: 174,
  shown: ['call_9' as CallId, 'call_44' as CallId],
});

const notes: ClassEvidence = {
  route: 'add_note' as RouteId,
  effect: 'write',
  meant: 31,
  stopped: 0,
  judged: [],
  undecided: 0,
  agreement: null,
  amounts: [],
  weekdays: 31,
  weekend: 0,
  shown: ['call_12' as CallId],
};

export function evidence(harmful: readonly number[] = []): GateEvidence {
  return {
    agent: AGENT,
    from: 'shadow',
    to: 'limited',
    step: 1,
    standing: { stage: 'shadow', step: null },
    basis: {
      policyDigest: digest('a'),
      rulesDigest: digest('b'),
      identityDigest: digest('c'),
      identity: { version: '1.4.2', model: 'gpt-5', prompt: digest('d') },
      documents: { './specs/payments.json': digest('e') },
      engine: '0.1.0',
      since: STARTED - HOUR_MS,
      until: null,
      reset: 'the model changed',
    },
    journal: {
      dir: 'journal',
      head: { seq: 18_204, hash: digest('f'), at: ENDED },
      redecided: { calls: 9_112, differences: 0, recorded: digest('1'), now: digest('1'), first: null },
      engines: ['0.1.0'],
      imported: 0,
      problems: [],
    },
    classes: [refunds(harmful), notes],
    sessions: { writing: 352, all: 401, repeated: [{ task: 'refund a broken mug', runs: 8, clean: 8 }] },
    days: {
      timeZone: 'America/New_York',
      first: STARTED,
      last: ENDED,
      weekdays: 12,
      weekend: 4,
      calendar: Array.from({ length: DAYS }, (_, index) => index)
        .filter((index) => index !== IDLE)
        .map((index) => ({
          day: new Date(STARTED + index * DAY_MS).toISOString().slice(0, 10),
          sessions: 18 + ((index * 7) % 11),
          calls: 400 + ((index * 131) % 170),
          writes: 38 + ((index * 5) % 14),
        })),
    },
    faults: { calls: 14, shown: ['call_71' as CallId] },
    review: { chosen: 300, reviewed: 291 },
    freezes: [{ at: STARTED + 3 * DAY_MS, by: 'kim', reason: 'a drill', open: false }],
    upstream: { sent: 8_100, failed: 21, sessions: [], baseline: { sent: 90_000, failed: 260, sessions: [] } },
    mix: { first: [{ 'create_refund capture': 2 }], second: [{ 'create_refund capture': 2 }] },
    load: [
      { name: 'calls', agent: [8, 9, 12, 9, 30], baseline: [10, 11, 12, 13] },
      { name: 'duration', agent: [42_000, 61_000, 300_000], baseline: null },
    ],
    scenarios: {
      engine: '0.1.0',
      known: ['double-refund', 'retry-storm', 'night-shift'],
      results: [
        { name: 'double-refund', held: true, rulesDigest: digest('b') },
        { name: 'retry-storm', held: true, rulesDigest: digest('b') },
      ],
      redecided: { journals: 2, differing: [] },
    },
    probe: {
      engine: '0.1.0',
      policyDigest: digest('a'),
      rulesDigest: digest('b'),
      seed: 7,
      runs: 1_000,
      calls: 71_210,
      found: [],
    },
    efficacy: { labels: 400, harmful: 60, caught: 41, good: 340, stoppedWrongly: 9 },
    files: [
      { name: 'policy', file: 'interlock.yaml', sha256: digest('a') },
      { name: 'sandbox', file: 'reports/sandbox/latest', sha256: digest('2') },
    ],
  };
}
