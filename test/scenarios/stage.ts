import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { rm } from 'node:fs/promises';
import type { ScenarioResult } from '../../src/lab/sandbox/result.ts';
import { runScenario } from '../../src/lab/sandbox/sandbox.ts';
import type { Scenario } from '../../src/lab/sandbox/scenario.ts';

/** A directory that is gone after the test. */
export function temporaryDirectory(): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'interlock-sandbox-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

export function actOut(scenario: Scenario): Promise<ScenarioResult> {
  return runScenario(scenario, { dir: temporaryDirectory() });
}

/** The ids of the promises that broke. */
export function brokenIn({ promises }: ScenarioResult): readonly string[] {
  return promises.filter(({ held }) => !held).map(({ id }) => id);
}
