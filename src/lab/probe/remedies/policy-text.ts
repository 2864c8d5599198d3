import {
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  stringify,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';

export type Key = string | number;
type Plain = string | number | boolean | readonly Plain[] | { readonly [key: string]: Plain };

/** `undefined`: the text has no such place, because what it says there stands in another file or in a template. */
export type Edited = string | undefined;

const DOCUMENT = { version: '1.2', schema: 'core', keepSourceTokens: true } as const;

/**
 * Changes of a policy's own text. What is not changed keeps every byte: comments, the order of keys, alignment. A document that
 * is parsed and written again keeps its comments and loses its layout, and a patch of it would touch every line.
 */
export class PolicyText {
  readonly text: string;
  readonly #root: Node | null;

  constructor(text: string) {
    this.text = text;
    this.#root = parseDocument(text, DOCUMENT).contents;
  }

  /** Appends a rule to a list; the list is made where there is none. */
  withItem(path: readonly Key[], item: Plain): Edited {
    const parent = this.#at(path.slice(0, -1));
    const key = String(path.at(-1));
    if (!isMap(parent)) return undefined;
    const list = pairOf(parent, key)?.value;
    if (list === undefined) return this.#withPair(parent, key, `[${flow(item)}]`);
    if (!isSeq(list)) return undefined;
    return this.#withSeqItem(list as YAMLSeq<Node>, flow(item));
  }

  /** Sets a key of a mapping to a value in one line. */
  withValue(path: readonly Key[], value: Plain): Edited {
    const parent = this.#at(path.slice(0, -1));
    const key = path.at(-1);
    if (isSeq(parent)) return this.#replaced(parent.items[Number(key)] as Node | undefined, flow(value));
    if (!isMap(parent)) return undefined;
    const pair = pairOf(parent, String(key));
    if (pair === undefined) return this.#withPair(parent, String(key), flow(value));
    return this.#replaced(pair.value as Node, flow(value));
  }

  /** Takes an item out of a list, or a key out of a mapping. */
  without(path: readonly Key[]): Edited {
    const parent = this.#at(path.slice(0, -1));
    const key = path.at(-1);
    if (isSeq(parent)) return this.#withoutMember(parent, Number(key), rangeOf(parent.items[Number(key)] as Node));
    if (!isMap(parent)) return undefined;
    const index = parent.items.findIndex((pair) => keyOf(pair) === key);
    const pair = parent.items[index] as Pair<Node, Node> | undefined;
    if (pair === undefined) return undefined;
    return this.#withoutMember(parent, index, [rangeOf(pair.key)[0], rangeOf(pair.value ?? pair.key)[1]]);
  }

  #at(path: readonly Key[]): Node | undefined {
    let node: Node | null | undefined = this.#root;
    for (const step of path) {
      if (isMap(node)) node = pairOf(node, String(step))?.value as Node | undefined;
      else if (isSeq(node)) node = node.items[Number(step)] as Node | undefined;
      else return undefined;
    }
    return node ?? undefined;
  }

  #replaced(node: Node | undefined, value: string): Edited {
    if (node === undefined) return undefined;
    const [start, end] = rangeOf(node);
    return this.#spliced(start, this.#trimmedEnd(start, end), value);
  }

  #withPair(map: YAMLMap, key: string, value: string): Edited {
    const last = map.items.at(-1) as Pair<Node, Node> | undefined;
    if (last === undefined) return undefined;
    const [, end] = rangeOf(last.value ?? last.key);
    const lastEnd = this.#trimmedEnd(rangeOf(last.key)[0], end);
    if (map.flow === true) return this.#spliced(lastEnd, lastEnd, `, ${key}: ${value}`);
    return this.#lineAfter(lastEnd, `${this.#indentAt(rangeOf(last.key)[0])}${key}: ${value}`);
  }

  #withSeqItem(list: YAMLSeq<Node>, item: string): Edited {
    const last = list.items.at(-1);
    if (last === undefined) {
      const [start, end] = rangeOf(list);
      return list.flow === true ? this.#spliced(start, end, `[${item}]`) : undefined;
    }
    const [start, end] = rangeOf(last);
    const lastEnd = this.#trimmedEnd(start, end);
    if (list.flow === true) return this.#spliced(lastEnd, lastEnd, `, ${item}`);
    const dash = this.text.lastIndexOf('-', start - 1);
    return this.#lineAfter(lastEnd, `${this.#indentAt(dash)}- ${item}`);
  }

  /** In a flow collection with the comma beside it; in a block one with its lines. */
  #withoutMember(parent: YAMLMap | YAMLSeq, index: number, [start, end]: readonly [number, number]): Edited {
    if (parent.items.length < 2 || parent.items[index] === undefined) return undefined;
    const memberEnd = this.#trimmedEnd(start, end);
    if (parent.flow === true) {
      const comma = /^\s*,\s*/.exec(this.text.slice(memberEnd))?.[0];
      if (index === 0 && comma !== undefined) return this.#spliced(start, memberEnd + comma.length, '');
      return this.#spliced(this.text.lastIndexOf(',', start), memberEnd, '');
    }
    const lineStart = this.text.lastIndexOf('\n', start - 1) + 1;
    const lineEnd = this.text.indexOf('\n', memberEnd);
    return this.#spliced(lineStart, lineEnd === -1 ? this.text.length : lineEnd + 1, '');
  }

  /** Behind the line in which something ends, with its comment. */
  #lineAfter(end: number, line: string): string {
    const lineEnd = this.text.indexOf('\n', end);
    if (lineEnd === -1) return `${this.text}\n${line}\n`;
    return this.#spliced(lineEnd + 1, lineEnd + 1, `${line}\n`);
  }

  #indentAt(offset: number): string {
    const lineStart = this.text.lastIndexOf('\n', offset - 1) + 1;
    return ' '.repeat(offset - lineStart);
  }

  /** A block value's range reaches into the lines behind it. */
  #trimmedEnd(start: number, end: number): number {
    return start + this.text.slice(start, end).trimEnd().length;
  }

  #spliced(start: number, end: number, by: string): string {
    return this.text.slice(0, start) + by + this.text.slice(end);
  }
}

function pairOf(map: YAMLMap, key: string): Pair<Node, Node> | undefined {
  return map.items.find((pair) => keyOf(pair as Pair<Node, Node>) === key) as Pair<Node, Node> | undefined;
}

function keyOf({ key }: Pair): string | undefined {
  return isScalar(key) ? String(key.value) : undefined;
}

function rangeOf(node: Node): readonly [number, number] {
  const [start, end] = node.range ?? [0, 0];
  return [start, end];
}

/** A value as it stands in one line: `{ route: create_refund, per: subject }`. */
export function flow(value: Plain): string {
  if (Array.isArray(value)) return `[${value.map((item: Plain) => flow(item)).join(', ')}]`;
  if (typeof value === 'object') {
    const members = Object.entries(value).map(([key, member]) => `${key}: ${flow(member)}`);
    return `{ ${members.join(', ')} }`;
  }
  return scalar(value);
}

/** Quoted where it has to be, inside `{ … }` too. */
function scalar(value: string | number | boolean): string {
  const plain = stringify([value], { version: '1.2', schema: 'core', collectionStyle: 'flow', lineWidth: 0 }).trim();
  return plain.slice(1, -1).trim();
}
