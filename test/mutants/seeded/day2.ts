import type { Mutant } from '../mutant.ts';

/** Faults of the operator’s commands, and of what is kept apart from real business. */
export const DAY2_MUTANTS: readonly Mutant[] = [
  {
    name: 'a journal of mocks is opened for real upstreams',
    breaks: [],
    file: 'src/journal/open.ts',
    from: 'before !== mocked) throw',
    to: 'before === mocked) throw',
    caughtBy: 'test/journal/mocked.test.ts',
  },
  {
    name: 'what mocks answered counts as evidence',
    breaks: ['I8'],
    file: 'src/gate/evidence/gather.ts',
    from: 'isOfMocks(dir) === true',
    to: 'isOfMocks(dir) === false',
    caughtBy: 'test/gate/evidence/mocks.test.ts',
  },
  {
    name: 'a drill calls a real business',
    breaks: ['I11'],
    file: 'src/cli/doctor/drill.ts',
    from: "if (seen.stage !== 'sandbox' && !look.mocked) {",
    to: 'if (look.agents.length === 0) {',
    caughtBy: 'test/cli/doctor.test.ts',
    named: 'whose calls would reach a business',
  },
  {
    name: 'the door is accused of having its own key',
    breaks: [],
    file: 'src/cli/doctor/key.ts',
    from: ' || pid === doorPid',
    to: '',
    caughtBy: 'test/cli/doctor.test.ts',
    named: 'only set variables|one in another process',
  },
  {
    name: 'whoever follows a journal reads each record again',
    breaks: [],
    file: 'src/journal/follow.ts',
    from: 'this.#place = { segment, offset: offset + start };',
    to: 'this.#place = { segment, offset };',
    caughtBy: 'test/journal/follow.test.ts',
    named: 'not finished waits',
  },
  {
    name: 'whatever is typed approves',
    breaks: [],
    file: 'src/cli/commands/approve.ts',
    from: '/^y(?:es)?$/i',
    to: '/./',
    caughtBy: 'test/cli/day-two.test.ts',
    named: 'status is JSON in a pipe|takes a no for a no',
  },
];
