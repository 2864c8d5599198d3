import { closest, distance } from 'fastest-levenshtein';

/** Further from every option than that, or than half of its own letters, a word was meant for none of them. */
const ALIKE = 3;

/** What yargs says of words that no command knows, and what to write instead; other complaints as they are. */
export function unknownWords(message: string, args: readonly string[], options: readonly string[]): string {
  const unknown = /^Unknown arguments?: (?<words>.+)$/.exec(message)?.groups?.['words']?.split(', ') ?? [];
  // yargs names an option of two words twice: `keepgoing, keepGoing`.
  const advice = unknown.flatMap((word) => adviceOn(word, args, options));
  return [message, ...new Set(advice)].join('\n');
}

function adviceOn(word: string, args: readonly string[], options: readonly string[]): readonly string[] {
  const option = `--${word}`;
  if (args.includes(word)) {
    return [
      `\`${word}\` stands where no value is expected; write \`--OPTION ${word}\`, with one of the options above.`,
    ];
  }
  if (!args.some((one) => one === option || one.startsWith(`${option}=`))) return [];
  const known = options.filter((one) => one.length > 1);
  const meant = known.length === 0 ? undefined : closest(word, known);
  if (meant === undefined || distance(meant, word) > Math.min(ALIKE, word.length / 2))
    return [`There is no \`${option}\`; the options stand above.`];
  return [`There is no \`${option}\`; did you mean \`--${meant}\`?`];
}
