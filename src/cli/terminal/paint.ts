import type { WriteStream } from 'node:tty';

/** How a terminal shows what matters. Never the only way in which something is told. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly quiet: (text: string) => string;
  readonly good: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly alarm: (text: string) => string;
}

const asIs = (text: string): string => text;
const sgr = (code: number) => (text: string) => `\u001B[${code}m${text}\u001B[0m`;

export const plain: Paint = { bold: asIs, quiet: asIs, good: asIs, warning: asIs, alarm: asIs };
export const colours: Paint = { bold: sgr(1), quiet: sgr(2), good: sgr(32), warning: sgr(33), alarm: sgr(31) };

type Stream = Pick<WriteStream, 'isTTY' | 'columns'>;

/** Colours only where a terminal is, and where nobody has said that they want none (https://no-color.org). */
export function paintFor(stream: Stream, environment: NodeJS.ProcessEnv): Paint {
  const { NO_COLOR: none = '', TERM: kind } = environment;
  return stream.isTTY && none === '' && kind !== 'dumb' ? colours : plain;
}

/** What is assumed of a pipe, and the least that a person can read. */
const WIDTH_DEFAULT = 80;
const WIDTH_MIN = 40;
/** Longer lines are not read. */
const WIDTH_MAX = 120;

export function widthOf({ columns }: Stream): number {
  return Math.max(WIDTH_MIN, Math.min(WIDTH_MAX, columns ?? WIDTH_DEFAULT));
}
