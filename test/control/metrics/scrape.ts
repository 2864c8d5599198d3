import type { Labels } from '../../../src/control/metrics/family.ts';

/** A text scrape, read by the rules of the format and by nothing of ours: each series with its value. */
export function parsed(text: string): ReadonlyMap<string, number> {
  const series = new Map<string, number>();
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [, name = '', labels = '', value = ''] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name === '') throw new Error(`no series: ${line}`);
    const key = seriesOf(name, Object.fromEntries(pairsOf(labels)));
    if (series.has(key)) throw new Error(`twice: ${key}`);
    series.set(key, value === '+Inf' ? Infinity : Number(value));
  }
  return series;
}

export function pairsOf(labels: string): readonly (readonly [string, string])[] {
  return [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, name = '', value = '']) => [name, value]);
}

export function seriesOf(name: string, labels: Labels): string {
  const told = Object.entries(labels).map(([label, value]) => `${label}=${value}`);
  return `${name}{${told.sort().join(',')}}`;
}
