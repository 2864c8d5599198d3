import { readableJson } from '../readable-json.ts';
import type { Json } from '../../std/canonical-json.ts';
import { openedBy } from './commands.ts';
import type { GateReport } from './report.ts';
import { countsText, lackingSentences, verdictText } from './words.ts';

/** What changes the meaning of a member raises it; new members do not. */
export const GATE_JSON_VERSION = 1;

/** The verdict for programs, with everything that it is made of. The same evidence at the same time gives the same bytes. */
export function gateJson({ result, data, policy, findings, courses }: GateReport): string {
  const { agent, from, to, step, verdict, at, version, criteria, evidence } = result;
  return readableJson(
    plain({
      version: GATE_JSON_VERSION,
      interlock: version,
      verdict,
      headline: verdictText(result),
      summary: countsText(result),
      agent,
      from,
      to,
      step,
      at: new Date(at).toISOString(),
      policy,
      data,
      lacking: lackingSentences(result),
      criteria: criteria.map((criterion) => ({
        ...criterion,
        commands: criterion.behind.flatMap((each) => (each.kind === 'file' ? [] : [openedBy(each, data)])),
      })),
      findings,
      courses,
      evidence,
    }),
  );
}

/** Undefined members are none in JSON. */
const plain = (value: object): Json => JSON.parse(JSON.stringify(value)) as Json;
