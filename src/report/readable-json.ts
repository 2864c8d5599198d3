import type { Json } from '../std/canonical-json.ts';
import { visibleJson } from './visible.ts';

/** As wide as the code of this project. */
const WIDTH = 120;
/** A record without records of its own reads better whole, even where it must be scrolled: `grep` finds all of it. */
const RECORD_WIDTH = 400;

/** JSON that reads like a table: a value stands on one line where it fits, and is broken into its members where not. */
export function readableJson(value: Json): string {
  return `${visibleJson(printed(value, ''))}\n`;
}

function printed(value: Json, indent: string): string {
  const line = onOneLine(value);
  if (value === null || typeof value !== 'object' || indent.length + line.length <= widthFor(value)) return line;
  const deeper = `${indent}  `;
  const [open, members, close] = Array.isArray(value)
    ? ['[', value.map((item: Json) => printed(item, deeper)), ']']
    : ['{', Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${printed(item, deeper)}`), '}'];
  return `${open}\n${members.map((member) => deeper + member).join(',\n')}\n${indent}${close}`;
}

function widthFor(value: object): number {
  const flat = Object.values(value).every((member) => member === null || typeof member !== 'object');
  return flat && !Array.isArray(value) ? RECORD_WIDTH : WIDTH;
}

function onOneLine(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(onOneLine).join(', ')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${onOneLine(item)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}
