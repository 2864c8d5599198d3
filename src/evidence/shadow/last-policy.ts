import { loadRecorded, type LoadedPolicy } from '../../policy/index.ts';
import type { Instant } from '../../std/clock.ts';
import { windowOf } from './scope.ts';
import type { Source } from './source.ts';

/** From the journal alone: what decided last is what its limits are. */
export async function lastPolicy(source: Source, to: Instant | null): Promise<LoadedPolicy | null> {
  const where = windowOf({ from: null, to });
  const [row] = await source.rows(
    `SELECT file, text, includes::VARCHAR AS includes, documents::VARCHAR AS documents FROM policies
     ${where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`} ORDER BY seq DESC LIMIT 1`,
  );
  if (row === undefined || typeof row['text'] !== 'string') return null;
  const recorded = {
    file: typeof row['file'] === 'string' ? row['file'] : '',
    text: row['text'],
    includes: textsIn(row['includes']),
    documents: textsIn(row['documents']),
  };
  const loaded = loadRecorded(recorded);
  return loaded.ok ? loaded.value : null;
}

function textsIn(json: unknown): Readonly<Record<string, string>> {
  const parsed: unknown = typeof json === 'string' ? JSON.parse(json) : null;
  if (parsed === null || typeof parsed !== 'object') return {};
  return Object.fromEntries(
    Object.entries(parsed).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
