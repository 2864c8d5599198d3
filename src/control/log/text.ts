/** A JSON line of the log as a person at a terminal reads it. */
export function readable(line: string): string {
  const { level, time, msg, frames, ...fields } = JSON.parse(line) as Readonly<Record<string, string | number>>;
  const shown = Object.entries(fields).map(([name, value]) => `${name}=${value}`);
  const at = String(time).replace('T', ' ');
  const trace = frames === undefined ? '' : `\n${String(frames)}`;
  return `${at} ${String(level).padEnd(5)} ${[String(msg), ...shown].join('  ')}${trace}\n`;
}
