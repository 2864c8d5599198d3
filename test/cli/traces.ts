import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** Every file below a directory. */
export function filesIn(dir: string): readonly string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(dir, name))
    .filter((file) => statSync(file).isFile());
}

/** Where one of the values stands in the files of a directory, in whatever form: `segments/….ndjson: "Anna" as base64`. */
export function tracesIn(dir: string, values: readonly string[]): readonly string[] {
  return filesIn(dir).flatMap((file) =>
    tracesOf(readFileSync(file).toString('latin1'), values).map((trace) => `${path.relative(dir, file)}: ${trace}`),
  );
}

/** @param text bytes, one a character */
export function tracesOf(text: string, values: readonly string[]): readonly string[] {
  const folded = text.toLowerCase();
  return values.flatMap((value) =>
    Object.entries(formsOf(value)).flatMap(([form, written]) =>
      written.some((one) => folded.includes(one.toLowerCase())) ? [`"${value}" as ${form}`] : [],
    ),
  );
}

/** The forms in which a text can be written down, as bytes, one a character. */
export function formsOf(value: string): Readonly<Record<string, readonly string[]>> {
  const bytes = Buffer.from(value);
  const percent = encodeURIComponent(value);
  const escaped = JSON.stringify(value).slice(1, -1);
  return {
    plain: [bytes.toString('latin1')],
    JSON: [
      Buffer.from(escaped).toString('latin1'),
      escaped.replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
    ],
    percent: [percent, percent.replaceAll('%20', '+'), percent.replaceAll('%40', '@')],
    hex: [bytes.toString('hex')],
    base64: [0, 1, 2].flatMap((offset) => base64At(bytes, offset)),
    utf16: [Buffer.from(value, 'utf16le').toString('latin1')],
  };
}

/** The part of its base64 that is the same whatever stands before and behind it. */
function base64At(bytes: Buffer, offset: number): readonly string[] {
  const whole = Buffer.concat([Buffer.alloc(offset), bytes]);
  const first = Math.ceil((offset * 8) / 6);
  const last = Math.floor((whole.length * 8) / 6);
  const kept = whole.toString('base64').slice(first, last);
  return [kept, kept.replaceAll('+', '-').replaceAll('/', '_')];
}
