import { createHash } from 'node:crypto';
import type { Json } from '../../std/canonical-json.ts';
import { readableJson } from '../readable-json.ts';
import { visible } from '../visible.ts';
import type { Finding, GateReport } from './report.ts';
import { stageText } from './words.ts';

/** https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
export const SARIF_SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

interface SarifRule {
  readonly id: string;
  readonly name: string;
  readonly short: string;
  readonly full: string;
}

const RULES: Readonly<Record<Finding['kind'], SarifRule>> = {
  policy: {
    id: 'interlock/policy-warning',
    name: 'PolicyWarning',
    short: 'The policy is sound, and worth a second look here.',
    full: 'What `interlock check` warns of: accepted, but mostly not what its author meant.',
  },
  probe: {
    id: 'interlock/probe-found',
    name: 'ProbeFound',
    short: 'A sequence of calls does what must never happen.',
    full: 'The probe found calls that pass every rule of this policy and do what its `never` forbids. `interlock probe` tells the story and a rule that stops it.',
  },
  criterion: {
    id: 'interlock/promotion-criterion',
    name: 'PromotionCriterion',
    short: 'What the policy demands for this stage was not met, or is waived.',
    full: 'The evidence speaks against a promotion by the terms at this place, or these terms waive a demand and the policy answers for it.',
  },
};

const KINDS = ['policy', 'probe', 'criterion'] as const;

/** What a code scanner shows beside the policy's lines. A run without findings is a run: it closes those of the one before. */
export function gateSarif({ result, findings }: GateReport): string {
  const { agent, to, version } = result;
  return readableJson({
    $schema: SARIF_SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Interlock',
            version,
            semanticVersion: version,
            rules: KINDS.map((kind): Json => ruleJson(RULES[kind])),
          },
        },
        automationDetails: { id: `interlock-gate/${agent}/${to}/` },
        invocations: [{ executionSuccessful: true }],
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => resultJson(finding, `${agent} to ${stageText(result)}`)),
      },
    ],
  });
}

function ruleJson({ id, name, short, full }: SarifRule): Json {
  return {
    id,
    name,
    shortDescription: { text: short },
    fullDescription: { text: full },
    help: { text: full },
    defaultConfiguration: { level: 'warning' },
  };
}

function resultJson({ kind, identity, level, text, place }: Finding, whose: string): Json {
  const { file, line, column, path } = place;
  const message = kind === 'criterion' ? `${whose}: ${text}` : text;
  const isInside = !file.startsWith('/') && !file.startsWith('../');
  return {
    ruleId: RULES[kind].id,
    ruleIndex: KINDS.indexOf(kind),
    level,
    kind: 'fail',
    message: { text: visible(message) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(file), ...(isInside && { uriBaseId: '%SRCROOT%' }) },
          region: { startLine: line, startColumn: column },
        },
        ...(path !== '' && { logicalLocations: [{ fullyQualifiedName: path }] }),
      },
    ],
    partialFingerprints: { 'interlockFinding/v1': createHash('sha256').update(identity).digest('hex') },
  };
}

/** A path as a URI reference: relative to the root of the sources, or absolute. */
function uriOf(file: string): string {
  const encoded = file.split('/').map(encodeURIComponent).join('/');
  return file.startsWith('/') ? `file://${encoded}` : encoded;
}
