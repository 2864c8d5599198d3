import type { Mutant } from '../mutant.ts';

/** Faults of what an agent in shadow is shown: answers that are made up, and its own writes over what it reads. */
export const OVERLAY_MUTANTS: readonly Mutant[] = [
  {
    name: 'a filter is believed to mean what it seems to',
    breaks: [],
    file: 'src/stages/overlay/query.ts',
    from: '(isMeant = real.every((one) => passes(one, filter) === true))',
    to: '(isMeant = true)',
    caughtBy: 'test/stages/hostile.test.ts',
  },
  {
    name: 'what was created stands on every page of a list',
    breaks: [],
    file: 'src/stages/overlay/list.ts',
    from: 'return this.#asked.isFirst;',
    to: 'return true;',
    caughtBy: 'test/stages/shadow.test.ts',
  },
  {
    name: 'a required field without an honest source is left out',
    breaks: [],
    file: 'src/stages/synthesis/fill.ts',
    from: 'if (required) return filled;',
    to: 'if (required) continue;',
    caughtBy: 'test/stages/shadow.test.ts',
  },
  {
    name: 'a template holds values of a route with personal data',
    breaks: [],
    file: 'src/stages/templates/field-learner.ts',
    from: '(!isPersonal && sessions.size >= sessionsMin);',
    to: '(sessions.size >= sessionsMin);',
    caughtBy: 'test/stages/templates.test.ts',
  },
  {
    name: 'a template is learned from answers that were made up',
    breaks: [],
    file: 'src/stages/templates/samples.ts',
    from: '!isMade && ',
    to: '',
    caughtBy: 'test/stages/templates.test.ts',
  },
];
