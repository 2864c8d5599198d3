import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Crossing } from '../../../src/gate/demotion/crossing.ts';
import { Demoter, type DemoterParts } from '../../../src/gate/demotion/demoter.ts';
import type { Entry, OpenedJournal } from '../../../src/journal/index.ts';
import { directory, opened } from '../../journal/directory.ts';
import { assessed, did, standing, START, termsOf } from './records.ts';

/** Sessions with a wrong write each. */
const wrongs = (count: number, first = 0): Entry[] =>
  Array.from({ length: count }, (_, index): Entry[] => {
    const id = `c${first + index}`;
    const at = START + 1;
    return [did(at, id, id), assessed(at, id, 'wrong')];
  }).flat();

async function demoterOn(
  { journal, outbox }: OpenedJournal,
  dir: string,
  more: Partial<DemoterParts> = {},
): Promise<{ readonly demoter: Demoter; readonly demoted: Crossing[]; readonly started: Promise<void> }> {
  const demoted: Crossing[] = [];
  const demoter = new Demoter({
    terms: termsOf(),
    dir,
    log: journal,
    from: outbox.grounds.size === 0 ? undefined : Math.min(...outbox.grounds.values()),
    demote: (crossing) => {
      demoted.push(crossing);
      return Promise.resolve();
    },
    onFault: (error) => {
      throw error;
    },
    ...more,
  });
  const started = demoter.start();
  await Promise.resolve();
  return { demoter, demoted, started };
}

const at = (entries: readonly Entry[], journal: OpenedJournal['journal']): void => {
  for (const entry of entries) journal.append(entry);
};

test('what it hears live demotes at once, in the same turn as the record that showed it, and only once', async () => {
  const dir = directory();
  const journal = await opened(dir);
  const { demoter, demoted, started } = await demoterOn(journal, dir);
  await started;
  at([standing(START), ...wrongs(10)], journal.journal);
  await Promise.resolve();
  expect(demoted).toMatchObject([{ agent: 'bot', rule: 'harm' }]);
  at(wrongs(5, 10), journal.journal);
  await Promise.resolve();
  expect(demoted).toHaveLength(1);
  await demoter.close();
  at(wrongs(5, 20), journal.journal);
  await journal.close();
  expect(demoted).toHaveLength(1);
});

test('half of it before a restart and half behind it is the whole of it', async () => {
  const dir = directory();
  const first = await opened(dir);
  at([standing(START), ...wrongs(2)], first.journal);
  await first.close();
  const second = await opened(dir);
  const { demoter, demoted, started } = await demoterOn(second, dir);
  await started;
  expect(demoted).toEqual([]);
  at(wrongs(1, 2), second.journal);
  await Promise.resolve();
  expect(demoted).toMatchObject([{ rule: 'harm' }]);
  await demoter.close();
  await second.close();
});

test('a crossing that a crash left without its demotion is made good at the next start; one that was acted on is not', async () => {
  const fallen = standing(START + 2, {
    claims: [],
    was: 'limited',
    stands: 'shadow',
    cause: { what: 'demoted', rule: 'harm', observed: '', limit: '' },
  });
  for (const [after, expected] of [
    [[], 1],
    [[fallen], 0],
  ] as const) {
    const dir = directory();
    const first = await opened(dir);
    // Another agent's promotion, from which on the journal is read.
    at([standing(START, { agent: 'other' as never }), standing(START), ...wrongs(10), ...after], first.journal);
    await first.close();
    const second = await opened(dir);
    const { demoter, demoted, started } = await demoterOn(second, dir);
    await started;
    expect(demoted).toHaveLength(expected);
    await demoter.close();
    await second.close();
  }
});

test('what comes while it reads is heard behind what it read, also where it is more than can wait', async () => {
  for (const waitingMax of [1_000, 3]) {
    const dir = directory();
    const first = await opened(dir);
    at([standing(START), ...wrongs(2)], first.journal);
    await first.close();
    const second = await opened(dir);
    const { demoter, demoted, started } = await demoterOn(second, dir, { waitingMax });
    at(
      [...Array.from({ length: 20 }, (_, index) => did(START + 1, `n${index}`, `n${index}`)), ...wrongs(2, 2)],
      second.journal,
    );
    await started;
    await pause(1);
    expect(demoted, `${waitingMax} may wait`).toMatchObject([{ rule: 'harm' }]);
    expect([...demoter.levels()]).toEqual([]);
    await demoter.close();
    await second.close();
  }
});

test('nobody is held up by a fault of the watch: it is told, and the journal goes on', async () => {
  const dir = directory();
  const journal = await opened(dir);
  const faults: unknown[] = [];
  const { started, demoter } = await demoterOn(journal, dir, {
    onFault: (error) => faults.push(error),
    demote: () => Promise.reject(new Error('the journal is full')),
    terms: {
      ...termsOf(),
      agents: {
        get: (agent: string) => {
          if (agent === 'other') throw new Error('a fault of its own');
          return { base: 'shadow' };
        },
      } as never,
    },
  });
  await started;
  at([standing(START), ...wrongs(10)], journal.journal);
  await pause(1);
  at([did(START + 1, 'o', 'o', { agent: 'other' }), did(START + 1, 'p', 'p')], journal.journal);
  expect(faults).toMatchObject([{ message: 'the journal is full' }, { message: 'a fault of its own' }]);
  await demoter.close();
  await journal.close();
});
