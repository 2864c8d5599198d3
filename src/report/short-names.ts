/**
 * Paths as short as they can be and still be told apart: `candidate.yaml`, or `a/candidate.yaml` beside `b/candidate.yaml`. A
 * table's column is as wide as its widest cell, and a path of a hundred letters leaves a terminal no room for the numbers.
 */
export function shortNames(paths: readonly string[]): readonly string[] {
  const steps = paths.map((path) => path.split(/[/\\]/).filter((step) => step !== ''));
  return paths.map((path, index) => {
    const own = steps[index] ?? [];
    for (let count = 1; count < own.length; count += 1) {
      const tail = own.slice(-count).join('/');
      const others = steps.filter((_, other) => paths[other] !== path);
      if (!others.some((other) => other.slice(-count).join('/') === tail)) return tail;
    }
    return path;
  });
}
