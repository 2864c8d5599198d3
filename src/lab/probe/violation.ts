import type { Harm } from '../oracles/oracle.ts';

/** Thrown by the arena at the step that went too far: what happens behind it does not matter any more. */
export class Violation extends Error {
  readonly harm: Harm;

  constructor(harm: Harm) {
    super(harm.text);
    this.harm = harm;
  }
}
