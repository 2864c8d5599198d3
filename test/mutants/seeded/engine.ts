import type { Mutant } from '../mutant.ts';

/** Faults of the law. */
export const ENGINE_MUTANTS: readonly Mutant[] = [
  {
    name: 'a budget lets everything pass',
    breaks: ['I2'],
    file: 'src/engine/guards/budget.ts',
    from: 'if (committed + amount <= max.micros) return this.#pass;',
    to: 'if (committed + amount >= 0n) return this.#pass;',
    caughtBy: 'test/engine/differential.test.ts',
  },
  {
    name: 'a budget forgets what is held but not yet spent',
    breaks: ['I2', 'I3'],
    file: 'src/engine/guards/budget.ts',
    from: 'pot.reserve(amount);',
    to: 'pot.reserve(0n);',
    caughtBy: 'test/engine/differential.test.ts',
  },
  {
    name: 'a settlement releases what nobody saw the outcome of',
    breaks: ['I3'],
    file: 'src/engine/guards/budget.ts',
    from: "if (effectiveness === 'ineffective') pot.release(amount);",
    to: "if (effectiveness !== 'effective') pot.release(amount);",
    caughtBy: 'test/engine/differential.test.ts',
  },
  {
    name: 'once forgets what is still under way',
    breaks: ['I5'],
    file: 'src/engine/guards/once.ts',
    from: 'if (open !== undefined) return { ...open, open: true };',
    to: '',
    caughtBy: 'test/engine/differential.test.ts',
  },
  {
    name: 'an agent in staging may write',
    breaks: ['I11'],
    file: 'src/engine/guards/stage.ts',
    from: 'staging: {\n    refused:',
    to: "staging: 'pass',\n  _: {\n    refused:",
    caughtBy: 'test/engine/guards/stage.test.ts',
  },
  {
    name: 'a guard that throws lets the call pass',
    breaks: ['I12'],
    file: 'src/engine/engine.ts',
    from: '    return broken(monitor, error);',
    to: "    return { ...broken(monitor, error), verdict: 'pass' };",
    caughtBy: 'test/engine/erroring-guard.test.ts',
  },
  {
    name: 'what nothing allows is allowed',
    breaks: ['I12'],
    file: 'src/engine/guards/scope.ts',
    from: 'if (entries === undefined) return this.#absent(call);',
    to: "if (entries === undefined) return pass('scope', 'any' as RuleId);",
    caughtBy: 'test/engine/differential.test.ts',
  },
  {
    name: "an agent gets another's answer by its idempotency key",
    breaks: ['I5'],
    file: 'src/engine/keys.ts',
    from: 'if (use.agent !== call.agent) {',
    to: 'if (use.agent === undefined) {',
    caughtBy: 'test/door/lifecycle.test.ts',
  },
];
