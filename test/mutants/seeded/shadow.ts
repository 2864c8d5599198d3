import type { Mutant } from '../mutant.ts';

/** Faults of staging and shadow: what must not leave, and what must count for nobody else. */
export const SHADOW_MUTANTS: readonly Mutant[] = [
  {
    name: 'a captured write is given the way to its upstream',
    breaks: ['I11'],
    file: 'src/door/flight/departures.ts',
    from: 'madeAnswer(() => shadow.capture(reading), onFault),',
    to: 'link(departing.address.upstream, wire.stage).transport,',
    caughtBy: 'test/door/no-effect.test.ts',
  },
  {
    name: 'agents in shadow have the same link as those in production',
    breaks: ['I11'],
    file: 'src/stages/links.ts',
    from: 'shadow: reads',
    to: 'shadow: reals',
    caughtBy: 'test/stages/read-only.test.ts',
  },
  {
    name: 'a read-only link trusts the method',
    breaks: ['I11'],
    file: 'src/stages/read-only.ts',
    from: "if (route?.effect !== 'read') return false;",
    to: "if (route?.effect !== 'read' && method !== 'GET') return false;",
    caughtBy: 'test/stages/read-only.test.ts',
  },
  {
    name: 'captured writes count against everybody',
    breaks: ['I2', 'I5'],
    file: 'src/engine/engine.ts',
    from: "captured: counting.filter((one) => one.agent !== 'all').map(({ monitor }) => monitor),",
    to: 'captured: all,',
    caughtBy: 'test/engine/shadow-books.test.ts',
  },
  {
    name: 'captured writes do not count against their own agent’s shared limits',
    breaks: ['I11'],
    file: 'src/engine/guards/budget.ts',
    from: '(this.#pots.get(owner)?.committed(at) ?? 0n) + (this.#real?.committed(owner, at) ?? 0n)',
    to: '(this.#real ?? this).#pots.get(owner)?.committed(at) ?? 0n',
    caughtBy: 'test/engine/shadow-books.test.ts',
  },
  {
    name: 'what a made-up answer said vouches for a payee in production',
    breaks: ['I11'],
    file: 'src/engine/engine.ts',
    from: 'const told = real === undefined ? answer : asReal(answer);',
    to: 'const told = answer;',
    caughtBy: 'test/engine/made-answers.test.ts',
  },
  {
    name: 'an answer stopped for the key in it is settled as a success',
    breaks: ['I10'],
    file: 'src/door/flight/made-answer.ts',
    from: 'if (this.awaited === undefined) this.fail(ABORTED);\n    else this.awaited.abort();',
    to: 'this.awaited?.abort();',
    caughtBy: 'test/door/overlaid-answer.test.ts',
  },
  {
    name: 'a restart forgets what was lost to an erasure instead of saying so',
    breaks: ['I4'],
    file: 'src/door/restore-sessions.ts',
    from: 'if (write === undefined || answered === undefined) tellLost(shadow, captured);',
    to: 'if (write === undefined || answered === undefined) continue;',
    caughtBy: 'test/door/restore-sessions.test.ts',
  },
];
