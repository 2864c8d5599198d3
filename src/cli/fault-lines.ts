/** Faults of the door's own that are told an operator in one second; the others are counted. */
export const FAULTS_TOLD_PER_SECOND = 10;

/** Tells faults on stderr. A fault that every request meets must not fill the log: it is told, and then how often it came. */
export function faultLines(write: (line: string) => void, now: () => number): (error: unknown) => void {
  let second = 0;
  let told = 0;
  let silent = 0;
  return (error) => {
    const current = Math.floor(now() / 1_000);
    if (current !== second) {
      if (silent > 0) write(`${silent} more faults like these in that second`);
      [second, told, silent] = [current, 0, 0];
    }
    if (told >= FAULTS_TOLD_PER_SECOND) {
      silent += 1;
      return;
    }
    told += 1;
    write(error instanceof Error ? (error.stack ?? error.message) : String(error));
  };
}
