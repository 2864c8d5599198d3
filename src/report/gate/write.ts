import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDirectory } from '../../journal/index.ts';
import { gateJson } from './json.ts';
import { gateJunit } from './junit.ts';
import { gateMarkdown } from './markdown.ts';
import { gateHtml } from './page.ts';
import type { GateReport } from './report.ts';
import { gateSarif } from './sarif.ts';

/** Where the forms of one report were written. */
export interface GateReportFiles {
  readonly html: string;
  readonly markdown: string;
  readonly json: string;
  readonly junit: string;
  readonly sarif: string;
}

/** Writes `gate.html`, `gate.md`, `gate.json`, `gate.junit.xml` and `gate.sarif` into `dir`, which is made if need be; older ones are replaced. */
export async function writeGateReport(report: GateReport, dir: string): Promise<GateReportFiles> {
  const files = {
    html: join(dir, 'gate.html'),
    markdown: join(dir, 'gate.md'),
    json: join(dir, 'gate.json'),
    junit: join(dir, 'gate.junit.xml'),
    sarif: join(dir, 'gate.sarif'),
  };
  try {
    makeDirectory(dir);
    await writeFile(files.html, gateHtml(report));
    await writeFile(files.markdown, gateMarkdown(report));
    await writeFile(files.json, gateJson(report));
    await writeFile(files.junit, gateJunit(report));
    await writeFile(files.sarif, gateSarif(report));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Failed to write the gate's report to "${dir}": ${reason}; name another directory.`, { cause });
  }
  return files;
}
