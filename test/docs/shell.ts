/** One command of a page's `sh` block. */
export interface Command {
  readonly words: readonly Word[];
  /** It ends with `&`: the page goes on while it waits for its answer. */
  readonly background: boolean;
  /** What the loops around it say. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Parts that variables are put into, and parts that stand as they are (in single quotes). */
type Word = readonly { readonly text: string; readonly expands: boolean }[];

const LOOP = /^for (\w+) in (?:\$\(seq (\d+)\)|([\w ]+)); do\s([\s\S]*?)[;\n]\s*done$/gm;
/** Line continuation, single quotes, double quotes, end of a command, space, comment, and any other plain text. */
const PIECE = /\\\n|'([^']*)'|"((?:\\.|[^"\\])*)"|(\n|;|&(?!&))|([ \t]+)|(#.*)|([^\s'"\\;&#|<>`()]+)/y;

/**
 * Reads the little shell that pages are written in: simple commands, quotes, `\` at a line's end, `&`, comments and
 * `for i in $(seq 3); do … done`.
 *
 * @throws at anything else, so that no page shows what was not run
 */
export function readShell(text: string): readonly Command[] {
  const commands: Command[] = [];
  let at = 0;
  for (const loop of text.matchAll(LOOP)) {
    const [whole, name = '', count, list, body = ''] = loop;
    commands.push(...readPlain(text.slice(at, loop.index), {}));
    const values = list?.split(' ') ?? Array.from({ length: Number(count) }, (_, index) => String(index + 1));
    for (const value of values) commands.push(...readPlain(body, { [name]: value }));
    at = loop.index + whole.length;
  }
  return [...commands, ...readPlain(text.slice(at), {})];
}

function readPlain(text: string, variables: Command['variables']): Command[] {
  const commands: Command[] = [];
  let words: Word[] = [];
  let word: Word = [];
  const endWord = (): void => {
    if (word.length > 0) words.push(word);
    word = [];
  };
  const endCommand = (background: boolean): void => {
    endWord();
    if (words.length > 0) commands.push({ words, background, variables });
    words = [];
  };
  const piece = new RegExp(PIECE);
  while (piece.lastIndex < text.length) {
    const rest = text.slice(piece.lastIndex, piece.lastIndex + 40);
    const match = piece.exec(text);
    if (match === null) throw new Error(`pages are written in a smaller shell than this: ${rest}`);
    const [, single, double, end, space, , plain] = match;
    if (single !== undefined) word = [...word, { text: single, expands: false }];
    else if (double !== undefined) word = [...word, { text: double.replaceAll(/\\(["\\$])/g, '$1'), expands: true }];
    else if (plain !== undefined) word = [...word, { text: plain, expands: true }];
    else if (end !== undefined) endCommand(end === '&');
    else if (space !== undefined) endWord();
  }
  endCommand(false);
  return commands;
}

/** The words of a command, with variables replaced. @throws where one has no value */
export function expand({ words, variables }: Command, values: ReadonlyMap<string, string>): readonly string[] {
  const valueOf = (name: string): string => {
    const value = variables[name] ?? values.get(name);
    if (value === undefined) throw new Error(`the page gives $${name} no value`);
    return value;
  };
  return words.map((word) =>
    word
      .map(({ text, expands }) => (expands ? text.replaceAll(/\$(\w+)/g, (_, name) => valueOf(name)) : text))
      .join(''),
  );
}

/** A request as curl would send it. */
export interface CurlRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** Reads `curl` with `-i`, `-X`, `-H`, `-d` and `--json`. @throws at any other option */
export function readCurl([, ...words]: readonly string[]): CurlRequest {
  const headers: Record<string, string> = {};
  const data: string[] = [];
  let method: string | undefined;
  let url: string | undefined;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] as string;
    if (word === '-i') continue;
    if (!word.startsWith('-')) {
      if (url !== undefined) throw new Error(`curl is given two addresses: ${url} and ${word}`);
      url = word;
      continue;
    }
    const value = words[(index += 1)];
    if (value === undefined) throw new Error(`curl ${word} lacks its value`);
    if (word === '-X') method = value;
    else if (word === '-H') headers[value.slice(0, value.indexOf(':')).toLowerCase()] = value.replace(/^[^:]*: */, '');
    else if (word === '-d' || word === '--json') {
      data.push(value);
      headers['content-type'] ??= word === '-d' ? 'application/x-www-form-urlencoded' : 'application/json';
    } else throw new Error(`pages use curl with -i, -X, -H, -d and --json, not ${word}`);
  }
  const body = data.length === 0 ? undefined : data.join('&');
  return { method: method ?? (body === undefined ? 'GET' : 'POST'), url: new URL(url ?? ''), headers, body };
}
