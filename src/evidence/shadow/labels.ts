import { fail, ok, type Result } from '../../std/result.ts';
import { LABELS_MAX, type Label } from './evaluation.ts';

/**
 * Labels, one a line: `{"call":"call_…","harmful":true,"reason":"…"}`. A line that is none stops it all, for a wrong label is
 * worse than none. The failure says where and why: `` `labels.ndjson:3`: it is no label ``.
 */
export function readLabels(text: string, file: string): Result<readonly Label[], string> {
  const labels: Label[] = [];
  const known = new Map<string, Label['harmful']>();
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const label = labelOf(line);
    if (label === undefined) {
      return fail(`\`${file}:${index + 1}\`: it is no label, {"call":"…","harmful":true, false or null,"reason":"…"}.`);
    }
    const { call, harmful } = label;
    if (known.has(call) && known.get(call) !== harmful)
      return fail(`\`${file}\`: it says two things of call \`${call.slice(0, 200)}\`. Leave one label of it.`);
    known.set(call, harmful);
    labels.push(label);
  }
  return labels.length > LABELS_MAX ? fail(`\`${file}\`: it has more than ${LABELS_MAX} labels.`) : ok(labels);
}

function labelOf(line: string): Label | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (value === null || typeof value !== 'object') return undefined;
  const [call, harmful, reason] = ['call', 'harmful', 'reason'].map((name) =>
    Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined,
  );
  if (typeof call !== 'string' || (typeof harmful !== 'boolean' && harmful !== null)) return undefined;
  return { call, harmful, reason: typeof reason === 'string' ? reason : '' };
}
