import type { PromiseCheck, RunResult, SandboxResult, ScenarioResult } from '../lab/sandbox/result.ts';
import { junit, type JunitCase } from './junit.ts';

/**
 * The run as JUnit XML: a suite for each scenario, a case for each promise.
 * INVARIANT: a scenario that did not hold has a failing case, whatever its promises say.
 */
export function sandboxJunit({ scenarios, startedAt }: SandboxResult): string {
  return junit({
    name: 'interlock sandbox',
    suites: scenarios.map((scenario) => ({
      name: scenario.name,
      startedAt,
      tookMs: scenario.unguarded.durationMs + scenario.guarded.durationMs,
      properties: properties(scenario),
      className: `sandbox.${scenario.name}`,
      cases: casesOf(scenario),
      remarks: scenario.remarks,
    })),
  });
}

function casesOf({ promises, held }: ScenarioResult): readonly JunitCase[] {
  const cases = promises.map(promiseCase);
  if (held || cases.some(({ failure }) => failure !== null)) return cases;
  const message = promises.length === 0 ? 'no promise was checked' : 'it did not hold, though each promise did';
  return [...cases, { name: 'the scenario held', failure: { type: 'scenario', message, text: message } }];
}

function promiseCase({ id, text, held, detail }: PromiseCheck): JunitCase {
  return { name: `${id}: ${text}`, failure: held ? null : { type: id, message: firstLine(detail), text: detail } };
}

function properties({ title, unguarded, guarded, stoppedBy }: ScenarioResult): readonly (readonly [string, string])[] {
  const damage = ({ money, writes, harm }: RunResult): string =>
    `${money} left, ${writes} writes; harm ${harm.money}, ${harm.entries} entries`;
  const stopped = stoppedBy.map(({ guard, rule, calls }) => `${guard} (${rule}) x${calls}`).join(', ');
  return [
    ['title', title],
    ['unguarded', damage(unguarded)],
    ['guarded', damage(guarded)],
    ['stopped by', stopped],
  ];
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';
