import fc, { type Arbitrary } from 'fast-check';
import type { Adversary, Move } from './adversary.ts';
import { act, instead, present, shown, type Errand } from './errand.ts';
import { mainOf, VARIANT_ALL } from './fill.ts';
import type { Ground, Operation } from './ground.ts';
import { plain } from './ground/write-request.ts';
import { errands, waits } from './picks.ts';
import { respelled, SPELLINGS } from './walker/spellings.ts';

/** As far as one move walks; a business of a probe has few of each thing. */
const STEPS_MAX = 40;

/** One id is a customer; all of them are a leak, or a business that is gone. */
export const walker: Adversary = {
  name: 'walker',
  title: 'Goes from id to id, of its own task and of others, by every spelling and through every page.',
  moves(ground) {
    const operations = ground.operations.filter(({ allowed }) => allowed.length > 0);
    const named = operations.filter(({ fields }) => Object.values(fields).some(({ kind }) => kind === 'id'));
    const lists = operations.filter(({ effect, template }) => effect === 'read' && !template.includes('{'));
    return [...(named.length === 0 ? [] : walks(ground, named)), ...(lists.length === 0 ? [] : [pages(ground, lists)])];
  },
};

const steps = fc.integer({ min: 1, max: STEPS_MAX });

function walks(ground: Ground, named: readonly Operation[]): readonly Arbitrary<Move>[] {
  const spelling = fc.nat({ max: SPELLINGS.length - 1 });
  const walk = fc.tuple(errands(ground, named), steps, spelling, waits(ground), fc.boolean());
  return [
    walk.map(([errand, count, which, gap, each]) => walked(errand, { count, spelling: which, gap, each })),
    errands(ground, named).map(spelledOut),
  ];
}

function pages(ground: Ground, lists: readonly Operation[]): Arbitrary<Move> {
  return fc.tuple(errands(ground, lists), steps).map(([errand, count]) => leafed(ground, errand, count));
}

interface Walk {
  readonly count: number;
  readonly spelling: number;
  /** Between two steps. */
  readonly gap: number;
  /** Whether each step is a session of its own. */
  readonly each: boolean;
}

function walked(errand: Errand, { count, spelling, gap, each }: Walk): Move {
  const spell = SPELLINGS[spelling] as (typeof SPELLINGS)[number];
  return {
    run(arena) {
      for (let step = 0; step < count; step += 1) {
        if (step > 0 && gap > 0) arena.wait(gap);
        const subject = errand.choice.subject + step;
        const one = present(arena, instead(errand, { subject, ...(each && { session: step + 1 }) }));
        act(arena, { ...one, request: respelled(one.request, idOf(one), spell) });
      }
    },
    toString: () => `walker: ${shown(errand)} and on, ${count} ids ${spell.name}, ${gap} ms apart`,
  };
}

/** The same thing by all of its names: whatever counts per subject must take them for one. */
function spelledOut(errand: Errand): Move {
  return {
    run(arena) {
      const one = present(arena, errand);
      for (const spell of SPELLINGS) act(arena, { ...one, request: respelled(one.request, idOf(one), spell) });
    },
    toString: () => `walker: ${shown(errand)} by every spelling of its id`,
  };
}

/** Page by page: whatever field takes an id is given the one after the other. */
function leafed(ground: Ground, errand: Errand, count: number): Move {
  const cursor = Object.keys(errand.operation.fields).find((place) => errand.operation.fields[place]?.kind === 'id');
  const field = errand.operation.fields[cursor ?? ''];
  const ids = field?.kind === 'id' ? (ground.ids[field.of] ?? []) : [];
  return {
    run(arena) {
      act(arena, errand);
      for (let step = 0; step < Math.min(count, ids.length); step += 1) {
        act(arena, instead(errand, { subject: step, variant: VARIANT_ALL }));
      }
    },
    toString: () => `walker: ${shown(errand)} and ${count} pages on`,
  };
}

/** The id that the errand is about. */
function idOf({ operation, values }: Errand): string {
  return plain(values[mainOf(operation) ?? ''] ?? '');
}
