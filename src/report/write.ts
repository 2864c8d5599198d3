import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SandboxResult } from '../lab/sandbox/result.ts';
import { sandboxHtml } from './sandbox-html.ts';
import { sandboxJson } from './sandbox-json.ts';
import { sandboxJunit } from './sandbox-junit.ts';
import { makeDirectory } from '../journal/index.ts';

/** Where the three forms of one report were written. */
export interface ReportFiles {
  readonly html: string;
  readonly json: string;
  readonly junit: string;
}

/** Writes `index.html`, `results.json` and `junit.xml` into `dir`, which is made if need be; older ones are replaced. */
export async function writeSandboxReport(result: SandboxResult, dir: string): Promise<ReportFiles> {
  const files = { html: join(dir, 'index.html'), json: join(dir, 'results.json'), junit: join(dir, 'junit.xml') };
  try {
    makeDirectory(dir);
    await writeFile(files.html, sandboxHtml(result));
    await writeFile(files.json, sandboxJson(result));
    await writeFile(files.junit, sandboxJunit(result));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Failed to write the sandbox report to "${dir}": ${reason}; name another directory.`, { cause });
  }
  return files;
}
