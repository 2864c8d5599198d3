import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AgentId } from '../../../src/engine/ids.ts';
import { Outbox, type Entry } from '../../../src/journal/index.ts';
import type { Crossing } from '../../../src/gate/demotion/crossing.ts';
import { DemotionWatch } from '../../../src/gate/demotion/watch.ts';
import { promoted } from './promoted.ts';
import { answered, assessed, BASELINE, BOT, did, reviewed, standing, START, termsOf } from './records.ts';

const OTHER = 'other' as AgentId;
/** Made once: signing a promotion costs more than hearing it. */
const PROMOTED = [BOT, OTHER].map((agent) => promoted(START, BASELINE, agent));

const agents = fc.constantFrom(BOT, OTHER);
const ids = fc.nat(60).map((id) => `c${id}`);
const sessions = fc.nat(12).map((session) => `s${session}`);
const routes = fc.constantFrom('create_refund', 'create_refund', 'get_charge');
const verdicts = fc.constantFrom('allow', 'allow', 'capture', 'deny', 'hold');
const opinions = fc.constantFrom('sane', 'wrong', 'wrong', 'unsure');
const reviewers = fc.constantFrom('human:ann', 'human:bo');

/** A record, and how much later than the one before it comes. */
const step = fc.tuple(
  fc.oneof(
    { weight: 10, arbitrary: fc.constantFrom(0, 1_000, 90_000) },
    { weight: 1, arbitrary: fc.constantFrom(700_000, 1_500_000, 4_000_000) },
  ),
  fc.oneof(
    {
      weight: 12,
      arbitrary: fc
        .tuple(ids, sessions, agents, routes, verdicts)
        .map(([id, session, agent, route, verdict]) => did(0, id, session, { agent, route, verdict })),
    },
    {
      weight: 8,
      arbitrary: fc.tuple(ids, fc.constantFrom(200, 404, 503, null)).map(([id, status]) => answered(0, id, status)),
    },
    {
      weight: 8,
      arbitrary: fc
        .tuple(ids, opinions, reviewers, agents)
        .map(([id, opinion, by, agent]): Entry => assessed(0, id, opinion, by, agent)),
    },
    { weight: 2, arbitrary: fc.tuple(ids, fc.boolean()).map(([id, approved]) => reviewed(0, id, approved)) },
    {
      weight: 1,
      arbitrary: fc.oneof(
        fc.constantFrom(...PROMOTED),
        agents.map((agent) => standing(0, { agent, cause: { what: 'glass_ended' } })),
        agents.map((agent) => standing(0, { agent, cause: { what: 'expiring', promotion: 'p', until: 1 } })),
        agents.map((agent) =>
          standing(0, {
            agent,
            claims: [],
            stands: 'shadow',
            cause: { what: 'demoted', rule: 'harm', observed: '', limit: '' },
          }),
        ),
      ),
    },
  ),
);

/** Records at their times, the first of them the promotion of both agents. */
const histories = fc.array(step, { minLength: 1, maxLength: 300 }).map((steps) => {
  let at = START;
  return [
    ...PROMOTED,
    ...steps.map(([later, entry]): Entry => {
      at += later;
      return { ...entry, at };
    }),
  ];
});

const lastOf = (watch: DemotionWatch): unknown => [...watch.levels()].toSorted(([one], [two]) => (one < two ? -1 : 1));

test('whoever reads the journal from where the outbox says knows what whoever heard it live knows', () => {
  fc.assert(
    fc.property(histories, fc.nat(300), (entries, cut) => {
      const live = new DemotionWatch(termsOf());
      const outbox = new Outbox();
      const before = entries.slice(0, cut);
      // What was crossed and not acted upon, as a crash would leave it.
      const open = new Map<AgentId, Crossing>();
      const hear = (watch: DemotionWatch, crossed: Map<AgentId, Crossing>, entry: Entry): void => {
        if (entry.kind === 'standing' && entry.cause.what !== 'expiring') crossed.delete(entry.agent);
        for (const crossing of watch.heard(entry)) crossed.set(crossing.agent, crossing);
      };
      for (const [index, entry] of before.entries()) {
        hear(live, open, entry);
        outbox.heard(entry, { seq: index + 1, hash: 'a'.repeat(64) });
      }
      const from = Math.min(...outbox.grounds.values());
      const read = new DemotionWatch(termsOf());
      const readOpen = new Map<AgentId, Crossing>();
      for (const entry of before.slice(Number.isFinite(from) ? from - 1 : before.length)) hear(read, readOpen, entry);
      expect(lastOf(read)).toEqual(lastOf(live));
      expect(readOpen).toEqual(open);
      // And it goes on alike.
      for (const entry of entries.slice(cut)) expect(read.heard(entry)).toEqual(live.heard(entry));
    }),
    { numRuns: 150 },
  );
});
