/** One seeded fault of the product, and the test that must notice it. */
export interface Mutant {
  /** Unique, in a few words: what the product does wrong. */
  readonly name: string;
  /** The promises of the design that it breaks: `I1` … `I12`. */
  readonly breaks: readonly string[];
  /** Where, from the root of the repository. */
  readonly file: string;
  /** The text that is replaced; stands exactly once in the file. */
  readonly from: string;
  readonly to: string;
  /** The test file that must fail, from the root. */
  readonly caughtBy: string;
  /** Narrows `caughtBy` to tests whose name matches, where the whole file takes long. */
  readonly named?: string;
}

/** The mutated text of the file, or why there is none. */
export function mutated(text: string, { name, file, from, to }: Mutant): string {
  const parts = text.split(from);
  if (parts.length !== 2) {
    throw new Error(
      `Failed to mutate \`${file}\` for "${name}": the text to replace stands there ${parts.length - 1} times, not once.`,
    );
  }
  return parts.join(to);
}
