/** One record of a CSV file, or why it is none. */
export type CsvRow =
  | { readonly kind: 'row'; readonly line: number; readonly cells: readonly string[] }
  | { readonly kind: 'bad'; readonly line: number; readonly why: string };

const DELIMITERS = [',', ';', '\t'] as const;

/**
 * Reads CSV (RFC 4180): quoted cells may hold delimiters, line ends and doubled quotes. `;` and tabs delimit where the first
 * line has one of them and no comma outside quotes. Empty lines are no records. Lines are counted from 1, as editors do.
 */
export function* readCsv(text: string): Generator<CsvRow> {
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const reader = new CsvReader(source, delimiterOf(source));
  for (;;) {
    const row = reader.next();
    if (row === undefined) return;
    if (row.kind === 'bad' || row.cells.length > 1 || row.cells[0] !== '') yield row;
  }
}

function delimiterOf(source: string): string {
  const [head = ''] = source.split('\n', 1);
  const bare = head.replaceAll(/"[^"]*"/g, '');
  return DELIMITERS.find((delimiter) => bare.includes(delimiter)) ?? ',';
}

class CsvReader {
  readonly #text: string;
  readonly #delimiter: string;
  #at = 0;
  #line = 1;

  constructor(text: string, delimiter: string) {
    this.#text = text;
    this.#delimiter = delimiter;
  }

  next(): CsvRow | undefined {
    if (this.#at >= this.#text.length) return undefined;
    const line = this.#line;
    const cells: string[] = [];
    for (;;) {
      const cell = this.#text[this.#at] === '"' ? this.#quoted() : this.#plain();
      if (cell === undefined) return { kind: 'bad', line, why: this.#broken() };
      cells.push(cell);
      if (this.#text[this.#at] !== this.#delimiter) break;
      this.#at += 1;
    }
    this.#lineEnd();
    return { kind: 'row', line, cells };
  }

  #plain(): string {
    const start = this.#at;
    while (this.#at < this.#text.length && !this.#ends(this.#at)) this.#at += 1;
    const cell = this.#text.slice(start, this.#at);
    return cell.endsWith('\r') ? cell.slice(0, -1) : cell;
  }

  /** `undefined` where the closing quote is missing, or something stands behind it. */
  #quoted(): string | undefined {
    let cell = '';
    for (let from = this.#at + 1; ;) {
      const quote = this.#text.indexOf('"', from);
      if (quote === -1) return undefined;
      cell += this.#text.slice(from, quote);
      if (this.#text[quote + 1] !== '"') {
        const after = this.#text[quote + 1] === '\r' && this.#text[quote + 2] === '\n' ? quote + 2 : quote + 1;
        if (after < this.#text.length && !this.#ends(after)) return undefined;
        this.#line += cell.split('\n').length - 1;
        this.#at = after;
        return cell;
      }
      cell += '"';
      from = quote + 2;
    }
  }

  #ends(at: number): boolean {
    return this.#text[at] === '\n' || this.#text[at] === this.#delimiter;
  }

  /** The next record begins on the next line: what a lost quote swallowed, nobody knows. */
  #broken(): string {
    const end = this.#text.indexOf('\n', this.#at);
    this.#at = end === -1 ? this.#text.length : end;
    this.#lineEnd();
    return 'a quoted cell does not end, or something stands behind its closing quote';
  }

  #lineEnd(): void {
    if (this.#text[this.#at] !== '\n') return;
    this.#at += 1;
    this.#line += 1;
  }
}
