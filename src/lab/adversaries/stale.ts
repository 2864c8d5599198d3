import fc from 'fast-check';
import type { Adversary, Move } from './adversary.ts';
import type { Arena } from '../probe/arena.ts';
import { act, errandOf, instead, present, shown, type Errand } from './errand.ts';
import type { Ground, Operation } from './ground.ts';
import { errands, waits, writesOf } from './picks.ts';
import { tokenOf } from './token.ts';

/** Who changes the subject between the look and the deed. */
const CHANGES = ['nobody', 'somebody else', 'another session', 'another token', 'another agent'] as const;
type Change = (typeof CHANGES)[number];

/** What was read is an opinion about the past; a write that goes by it can be wrong by the time it arrives. */
export const stale: Adversary = {
  name: 'stale',
  title: 'Reads a thing, lets others change it and time pass, and then writes by what it read.',
  moves(ground) {
    const writes = writesOf(ground).filter((write) => kindOf(write) !== undefined);
    if (writes.length === 0) return [];
    const wait = waits(ground);
    const small = fc.nat({ max: 7 });
    return [
      fc
        .tuple(errands(ground, writes), small, fc.nat({ max: CHANGES.length - 1 }), small, wait, wait)
        .map(([errand, read, change, by, before, after]) =>
          reading(errand, {
            read: pick(looksAt(ground, errand), read),
            change: CHANGES[change] as Change,
            by: pick(changesOf(ground, errand.operation), by),
            before,
            after,
          }),
        ),
    ];
  },
};

interface Story {
  readonly read: Operation | undefined;
  readonly change: Change;
  /** How it is changed. */
  readonly by: Operation | undefined;
  readonly before: number;
  readonly after: number;
}

function reading(errand: Errand, story: Story): Move {
  const { ground, agent, choice } = errand;
  const { read, change, by, before, after } = story;
  return {
    run(arena) {
      const grant = tokenOf(arena, ground, agent, errand.token);
      const session = { session: 'reader' };
      const about = (operation: Operation, variant = choice.variant): Errand =>
        present(arena, errandOf(ground, operation, { ...choice, variant, agent: 0, token: errand.token, session: 2 }));
      const { request } = about(errand.operation);
      const look = errand.look ?? (read && about(read, 0).request);
      if (look !== undefined) arena.call(grant, look, session);
      arena.wait(before);
      if (by !== undefined) changed(arena, about(by), change, errand);
      arena.wait(after);
      arena.call(grant, request, session);
    },
    toString: () =>
      `stale: ${shown(errand)} by what it read ${before + after} ms before; ${change} changed it by ${by?.template ?? 'nothing'}`,
  };
}

function changed(arena: Arena, by: Errand, change: Change, { agent, token, ground }: Errand): void {
  const others = ground.agents.filter((one) => one !== agent);
  switch (change) {
    case 'nobody':
      return;
    case 'somebody else':
      return void arena.outside(by.request);
    case 'another session':
      return void act(arena, { ...by, agent });
    case 'another token':
      return void act(arena, { ...by, agent, token: token + 1 });
    case 'another agent':
      return void act(arena, others[0] === undefined ? instead(by, { token: token + 1 }) : { ...by, agent: others[0] });
  }
}

/** The kind of thing that an operation acts on, where one id says which. */
function kindOf({ fields, subjectAt }: Operation): string | undefined {
  const field = fields[subjectAt ?? ''] ?? Object.values(fields).find(({ kind }) => kind === 'id');
  return field?.kind === 'id' ? field.of : undefined;
}

function looksAt({ operations }: Ground, { operation, agent }: Errand): readonly Operation[] {
  return operations.filter(
    (one) => one.effect === 'read' && one.allowed.includes(agent) && kindOf(one) === kindOf(operation),
  );
}

/** What changes the same thing, the operation itself among it. */
function changesOf({ operations }: Ground, operation: Operation): readonly Operation[] {
  return operations.filter((one) => one.effect !== 'read' && kindOf(one) === kindOf(operation));
}

function pick<One>(list: readonly One[], index: number): One | undefined {
  return list.length === 0 ? undefined : list[index % list.length];
}
