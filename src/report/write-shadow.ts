import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ShadowEvidence } from '../evidence/shadow/evidence.ts';
import { shadowHtml } from './shadow-html.ts';
import { shadowJson } from './shadow-json.ts';
import { shadowMarkdown } from './shadow-markdown.ts';
import { makeDirectory } from '../journal/index.ts';

/** Where the three forms of one report were written. */
export interface ShadowReportFiles {
  readonly html: string;
  readonly markdown: string;
  readonly json: string;
}

/** Writes `index.html`, `report.md` and `results.json` into `dir`, which is made if need be; older ones are replaced. */
export async function writeShadowReport(
  evidence: ShadowEvidence,
  { data, version, dir }: { readonly data: string; readonly version: string; readonly dir: string },
): Promise<ShadowReportFiles> {
  const files = { html: join(dir, 'index.html'), markdown: join(dir, 'report.md'), json: join(dir, 'results.json') };
  try {
    makeDirectory(dir);
    await writeFile(files.html, shadowHtml(evidence, data, version));
    await writeFile(files.markdown, shadowMarkdown(evidence, data, version));
    await writeFile(files.json, shadowJson(evidence, data, version));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Failed to write the shadow report to "${dir}": ${reason}; name another directory.`, { cause });
  }
  return files;
}
