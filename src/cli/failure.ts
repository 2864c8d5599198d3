/** A command that could not do its work. The message says what failed, on what, why, and the next step; no stack is shown. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
}

/** A command line that does not say what is needed: the same as one that nobody understands. */
export class CommandMisread extends CommandFailed {}
