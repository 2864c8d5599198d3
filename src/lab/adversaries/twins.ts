import fc from 'fast-check';
import type { UpstreamId } from '../../engine/ids.ts';
import type { Fault } from '../world/faults.ts';
import type { CallOptions } from '../probe/arena.ts';
import type { Adversary, Move } from './adversary.ts';
import { act, agentsOf, instead, look, shown, write, type Errand } from './errand.ts';
import { among, errands, losses, writesOf } from './picks.ts';

const TWINS_MAX = 8;
/** How long each write is under way, unless the door waits less than twice as long for an answer. */
const UNDER_WAY_MS = 5_000;
/** What each twin has of its own. */
const APART = ['session', 'copy of the token', 'task', 'agent'] as const;
/** Whether they all look before any of them writes. */
const LOOKS = ['each before its own write', 'all before the first write'] as const;
/** The business does it at once and is slow to say so, does it late, or the answers get lost. */
const HOW = ['answered late', 'done late', 'lost'] as const;

/** Two that do not know of each other, at the same moment. */
export const twins: Adversary = {
  name: 'twins',
  title: 'Does the same write several times at once, from several sessions, tokens or agents.',
  moves(ground) {
    const writes = writesOf(ground);
    if (writes.length === 0) return [];
    return [
      fc
        .record({
          errand: errands(ground, writes),
          count: fc.integer({ min: 2, max: TWINS_MAX }),
          apart: among(APART),
          looks: among(LOOKS),
          how: among(HOW),
          loss: losses,
          subject: among(['the same', 'the next'] as const),
        })
        .map(({ errand, ...how }) => together(errand, how)),
    ];
  },
};

interface Meeting {
  readonly count: number;
  readonly apart: (typeof APART)[number];
  readonly looks: (typeof LOOKS)[number];
  readonly how: (typeof HOW)[number];
  readonly loss: Fault;
  readonly subject: 'the same' | 'the next';
}

function together(errand: Errand, meeting: Meeting): Move {
  const { count, apart, looks, how, loss, subject } = meeting;
  const { choice } = errand;
  const each = Array.from({ length: count }, (_, index) => {
    const twin = twinOf(errand, apart, index);
    return subject === 'the same' ? twin : instead(twin, { subject: choice.subject + index });
  });
  const underWayMs = underWay(errand);
  const options = optionsFor(how, loss, underWayMs);
  return {
    run(arena) {
      if (looks === 'all before the first write') {
        for (const twin of each) look(arena, twin);
        for (const twin of each) write(arena, twin, options);
      } else {
        for (const twin of each) act(arena, twin, options);
      }
      // What is done late is done before the next move: a business that acts when everybody has given up is no agent's doing.
      arena.wait(underWayMs);
    },
    toString: () => `twins: ${shown(errand)} ×${count} at once, each of another ${apart}, ${how}, looking ${looks}`,
  };
}

function twinOf(errand: Errand, apart: Meeting['apart'], index: number): Errand {
  switch (apart) {
    case 'session':
      return { ...errand, session: errand.session + index };
    case 'copy of the token':
      return { ...errand, copy: index + 1 };
    case 'task':
      return { ...errand, token: errand.token + index };
    case 'agent':
    default: {
      const agents = agentsOf(errand.ground, errand.operation);
      return instead(errand, { agent: agents.indexOf(errand.agent) + index, token: Math.floor(index / agents.length) });
    }
  }
}

function optionsFor(how: Meeting['how'], loss: Fault, lastsMs: number): CallOptions {
  if (how === 'answered late') return { lastsMs };
  return { lastsMs, fault: how === 'lost' ? loss : { kind: 'latency', ms: lastsMs } };
}

/** Soon enough for the door to hear of it. */
function underWay({ ground, operation }: Errand): number {
  const upstream = ground.loaded.upstreams.get(operation.upstream as UpstreamId);
  return Math.min(UNDER_WAY_MS, Math.floor((upstream?.limits.headTimeoutMs ?? UNDER_WAY_MS) / 2));
}
