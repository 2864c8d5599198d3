import type { Call } from '../../engine/call.ts';

/** Whose code it was: an oracle, or the business behind an upstream. */
export type Thrower =
  { readonly kind: 'oracle'; readonly oracle: string } | { readonly kind: 'world'; readonly upstream: string };

/**
 * An oracle or a business threw. Both may be a user's own: whoever runs the probe is told whose code failed, on what, and
 * where, and is not shown the inside of a search.
 */
export class Threw extends Error {
  override readonly name = 'Threw';
  readonly by: Thrower;
  /** `it saw \`refund\` of charge:ch_1`, `it was asked \`POST /v1/refunds\`` */
  readonly doing: string;
  /** `seed 7, path 3/0:1`: how a search comes there again. */
  where: string | undefined;

  constructor(by: Thrower, doing: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.by = by;
    this.doing = doing;
  }
}

/** Runs somebody's code, and names them where it throws. */
export function blamed<One>(by: Thrower, doing: () => string, run: () => One): One {
  try {
    return run();
  } catch (error) {
    throw new Threw(by, doing(), error);
  }
}

/** `by bot, call_7 of create_refund` */
export function whose(by: Pick<Call, 'agent' | 'id' | 'route'> | null): string {
  return by === null ? 'by somebody else' : `by ${by.agent}, ${by.id} of ${by.route}`;
}
