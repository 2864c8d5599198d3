/** A broken invariant of Interlock's own. Whoever catches it at an edge must fail closed (I12). */
export class InvariantBroken extends Error {
  override readonly name = 'InvariantBroken';
}

/** Asserts what must hold. Throws {@link InvariantBroken}; never used for input, which is parsed instead. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvariantBroken(message);
}

/** The default of an exhaustive `switch`: compiles only while every case is handled. */
export function unreachable(value: never): never {
  throw new InvariantBroken(`unreachable: ${JSON.stringify(value)}`);
}
