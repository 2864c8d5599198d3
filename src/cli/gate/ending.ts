/** What CI is told where the gate could not look. */
const BLIND = 3;

/**
 * Ends with the code that `work` gives. Whatever ends the process before that, it ends as a gate that could not look: a mock or a
 * scenario is its owner's code, and `process.exit(0)` in it must not say PASS.
 */
export async function endingWith(work: () => Promise<number>): Promise<void> {
  const blind = (): void => {
    process.exitCode = BLIND;
  };
  process.once('exit', blind);
  try {
    process.exitCode = await work();
  } finally {
    process.off('exit', blind);
  }
}
