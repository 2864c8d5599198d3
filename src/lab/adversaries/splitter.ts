import fc from 'fast-check';
import type { Adversary, Move } from './adversary.ts';
import { act, agentsOf, errandOf, isStopped, shown, type Errand } from './errand.ts';
import type { Operation } from './ground.ts';
import { among, errands, times, writesOf } from './picks.ts';

const PIECES_MAX = 60;
const HANDS_MAX = 4;
const GAPS_MS = [0, 1_000, 60_000];

/** One large sum in pieces, each of which nobody minds: across subjects, tasks, agents, and ways for money to leave. */
export const splitter: Adversary = {
  name: 'splitter',
  title: 'Moves a large amount in many pieces just under the limit that each is held to.',
  moves(ground) {
    const moving = writesOf(ground).filter(({ amountAt, effect }) => amountAt !== undefined || effect === 'money');
    if (moving.length === 0) return [];
    const hands = fc.integer({ min: 1, max: HANDS_MAX });
    return [
      fc
        .record({
          errand: errands(ground, moving),
          pieces: times(PIECES_MAX),
          subjects: hands,
          tasks: hands,
          agents: hands,
          ways: hands,
          gapMs: among(GAPS_MS),
        })
        .map(({ errand, ...split }) => inPieces(errand, moving, split)),
    ];
  },
};

interface Split {
  readonly pieces: number;
  readonly subjects: number;
  readonly tasks: number;
  readonly agents: number;
  /** Different operations. */
  readonly ways: number;
  readonly gapMs: number;
}

function inPieces(errand: Errand, moving: readonly Operation[], split: Split): Move {
  const { pieces, gapMs } = split;
  return {
    run(arena) {
      for (let piece = 0; piece < pieces; piece += 1) {
        if (piece > 0 && gapMs > 0) arena.wait(gapMs);
        const reply = act(arena, pieceOf(errand, moving, split, piece));
        // A hand that is stopped is not the last one, where there are others.
        if (isStopped(reply) && split.agents === 1) return;
      }
    },
    toString: () => {
      const { subjects, tasks, agents, ways } = split;
      return (
        `splitter: ${shown(errand)} in ${pieces} pieces over ${subjects} subjects, ${tasks} tasks, ${agents} agents ` +
        `and ${ways} ways, ${gapMs} ms apart`
      );
    },
  };
}

/** Piece by piece the next subject; when those are through, the next task, then the next agent, then the next way. */
function pieceOf(errand: Errand, moving: readonly Operation[], split: Split, piece: number): Errand {
  const { subjects, tasks, agents, ways } = split;
  const { ground, operation, choice } = errand;
  const way = Math.floor(piece / (subjects * tasks * agents)) % ways;
  const by = way === 0 ? operation : (moving[(moving.indexOf(operation) + way) % moving.length] as Operation);
  const who = agentsOf(ground, by).indexOf(errand.agent);
  return errandOf(ground, by, {
    ...choice,
    session: errand.session,
    subject: choice.subject + (piece % subjects),
    token: errand.token + (Math.floor(piece / subjects) % tasks),
    agent: Math.max(0, who) + (Math.floor(piece / (subjects * tasks)) % agents),
  });
}
