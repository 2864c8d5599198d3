import { STAGES } from '../../engine/standings.ts';
import { CASE_FIELDS, type CaseField } from '../../evidence/divergence/model.ts';
import type { Stage } from '../../engine/call.ts';
import { dataOption, jsonOption, policyOption } from '../options.ts';
import { gateKeyOptions } from '../signing-key.ts';

export interface GateArguments {
  readonly policy: string;
  readonly data: string;
  readonly agent: string;
  readonly to: Stage;
  readonly step: string | undefined;
  readonly actuals: string | undefined;
  readonly by: CaseField | undefined;
  readonly labels: string | undefined;
  readonly baseline: string | undefined;
  readonly sandbox: string | undefined;
  readonly scenarios: string | undefined;
  readonly 'run-scenarios': boolean;
  readonly probe: string | undefined;
  readonly out: string | undefined;
  readonly approve: readonly string[];
  readonly key: string | undefined;
  readonly 'key-env': string | undefined;
  readonly promotion: string | undefined;
  readonly json: boolean;
}

export const SANDBOX_DEFAULT = 'reports/sandbox/latest';

export const gateOptions = {
  policy: policyOption,
  data: { ...dataOption, describe: 'The data directory whose journal is the evidence' },
  agent: { alias: 'a', type: 'string', demandOption: true, describe: 'Whose promotion is asked for' },
  to: { choices: STAGES, demandOption: true, describe: 'The stage that is asked for' },
  step: {
    type: 'string',
    describe: 'The step of its ramp. Default: the next one of an agent that stands there, else 1',
  },
  actuals: {
    type: 'string',
    describe: 'What people did in its cases: a CSV or NDJSON file, or another data directory',
  },
  by: { choices: CASE_FIELDS, describe: 'With --actuals: what makes a case' },
  labels: { type: 'string', describe: 'Labels, one a line: {"call":"…","harmful":true,"reason":"…"}' },
  baseline: { type: 'string', describe: 'The data directory of whoever does the work today, of the same time' },
  sandbox: {
    type: 'string',
    describe: `What \`interlock sandbox\` wrote. Default: ${SANDBOX_DEFAULT}, where it is there`,
  },
  scenarios: {
    type: 'string',
    describe: 'The directory of scenario files. Default: ./scenarios, else the shipped ones',
  },
  'run-scenarios': { type: 'boolean', default: false, describe: 'Act the scenarios out first, into --sandbox' },
  probe: {
    type: 'string',
    describe: 'What `interlock probe --json` printed. Default: it searches itself where the policy asks',
  },
  out: { alias: 'o', type: 'string', describe: 'Where the reports go. Default: reports/gate/AGENT-STAGE' },
  ...gateKeyOptions,
  approve: {
    type: 'string',
    array: true,
    default: [] as string[],
    describe: '"NAME: reason", once for each person who approves',
  },
  promotion: {
    type: 'string',
    describe: 'Where the signed promotion goes. Default: promotions/ in the data directory',
  },
  json: jsonOption,
} as const;
