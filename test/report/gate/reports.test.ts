import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import type { Criterion, GateVerdict } from '../../../src/gate/criterion.ts';
import { gateJson } from '../../../src/report/gate/json.ts';
import { gateJunit } from '../../../src/report/gate/junit.ts';
import { gateMarkdown } from '../../../src/report/gate/markdown.ts';
import { gateHtml } from '../../../src/report/gate/page.ts';
import type { GateReport } from '../../../src/report/gate/report.ts';
import { gateSarif } from '../../../src/report/gate/sarif.ts';
import { waitText } from '../../../src/report/gate/words.ts';
import { HOSTILE } from '../hostile.ts';
import { report } from './samples.ts';
import { sarifFaults } from './sarif-shape.ts';

const VERDICTS: readonly GateVerdict[] = ['PASS', 'FAIL', 'INCONCLUSIVE'];

interface Sarif {
  readonly runs: readonly [
    {
      readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
      readonly results: readonly {
        readonly ruleId: string;
        readonly ruleIndex: number;
        readonly locations: readonly [
          {
            readonly physicalLocation: {
              readonly artifactLocation: { readonly uri: string; readonly uriBaseId?: string };
              readonly region: { readonly startLine: number };
            };
          },
        ];
        readonly partialFingerprints: Readonly<Record<string, string>>;
        readonly message: { readonly text: string };
      }[];
    },
  ];
}

/** Text that somebody else wrote, wherever the gate shows any. */
function hostile(): GateReport {
  const given = report('INCONCLUSIVE');
  const spoiled = (criterion: Criterion): Criterion => ({
    ...criterion,
    class: HOSTILE,
    title: HOSTILE,
    required: HOSTILE,
    observed: HOSTILE,
    lacking: HOSTILE,
    behind: [
      { kind: 'call', call: HOSTILE },
      { kind: 'file', file: HOSTILE },
    ],
  });
  return {
    ...given,
    data: HOSTILE,
    result: { ...given.result, criteria: given.result.criteria.map(spoiled) },
    findings: given.findings.map((finding) => ({ ...finding, text: HOSTILE })),
  };
}

describe('how far away a pass is', () => {
  const lack = (id: Criterion['id'], daysLeft?: number): Criterion => ({
    id,
    class: null,
    title: id,
    required: '1',
    observed: '0',
    margin: null,
    outcome: 'inconclusive',
    behind: [],
    ...(daysLeft !== undefined && { daysLeft }),
  });
  test.each<[what: string, criteria: readonly Criterion[], said: string | undefined]>([
    ['the longest wait', [lack('days', 3), lack('writes', 12)], 'At the present rate it is about 12 more days away.'],
    [
      'at least that, where nobody can say when another is shown',
      [lack('days', 3), lack('harm')],
      'At the present rate it is at least about 3 more days away.',
    ],
    [
      'no longer for what a person brings',
      [lack('days', 3), lack('people'), lack('reviewed')],
      'At the present rate it is about 3 more days away.',
    ],
    ['nothing, where time brings none of it', [lack('people')], undefined],
  ])('%s', (_, criteria, said) => {
    expect(waitText({ ...report('INCONCLUSIVE').result, criteria })).toBe(said);
  });
});

describe('gate.md', () => {
  test.each(VERDICTS)('%s, to the letter', async (verdict) => {
    await expect(gateMarkdown(report(verdict))).toMatchFileSnapshot(`../../golden/report/gate/${verdict}.md`);
  });

  test('a hostile name becomes no markup, no link and no further row', () => {
    const text = gateMarkdown(hostile());
    // Within a code span or a fence, markup is text.
    const prose = text.replaceAll(/^```[\s\S]*?^```|`[^`]*`/gm, '');
    expect(/(?<!\\)<\w|(?<!\\)\]\(|https?:\/\//i.test(prose)).toBe(false);
    const rows = text.split('\n').filter((line) => line.startsWith('|'));
    expect(rows).toHaveLength(hostile().result.criteria.length + 2);
  });
});

describe('gate.json', () => {
  test.each(VERDICTS)('%s holds the verdict, each criterion with its commands, and all evidence', (verdict) => {
    const given = report(verdict);
    const read = JSON.parse(gateJson(given)) as {
      readonly verdict: string;
      readonly lacking: readonly string[];
      readonly criteria: readonly { readonly commands: readonly string[] }[];
      readonly evidence: unknown;
    };
    expect(read.verdict).toBe(verdict);
    expect(read.evidence).toEqual(JSON.parse(JSON.stringify(given.result.evidence)));
    expect(read.criteria[0]?.commands).toEqual(['interlock audit verify --data journal']);
    const lacking = given.result.criteria.filter(({ outcome }) => outcome === 'fail' || outcome === 'inconclusive');
    expect(read.lacking).toHaveLength(lacking.length);
  });
});

describe('gate.sarif', () => {
  test.each(VERDICTS)('%s has what SARIF 2.1.0 requires, and nothing that it does not know', (verdict) => {
    expect(sarifFaults(JSON.parse(gateSarif(report(verdict))))).toEqual([]);
    expect(sarifFaults(JSON.parse(gateSarif({ ...report(verdict), findings: [] })))).toEqual([]);
    expect(sarifFaults(JSON.parse(gateSarif(hostile())))).toEqual([]);
  });

  test('the check itself finds what is missing and what is wrong', () => {
    const log = JSON.parse(gateSarif(report('FAIL'))) as {
      runs: [{ tool: object; results: Record<string, unknown>[] }];
    };
    log.runs[0].results[0] = { ...log.runs[0].results[0], level: 'severe', locations: [] };
    log.runs[0].tool = {};
    expect(sarifFaults(log)).toEqual([
      'log.runs[0].tool lacks driver',
      'log.runs[0].results[0].level is none of none, note, warning, error',
      'log.runs[0].results[0].locations has fewer than 1',
    ]);
  });

  test('each finding stands at its line of its file, under a rule that is listed', () => {
    const [run] = (JSON.parse(gateSarif(report('FAIL'))) as Sarif).runs;
    const seen = run.results.map(({ ruleId, ruleIndex, locations: [{ physicalLocation: at }] }) => [
      ruleId,
      run.tool.driver.rules[ruleIndex]?.id,
      at.artifactLocation.uri,
      at.artifactLocation.uriBaseId,
      at.region.startLine,
    ]);
    const odd = 'policies/interlock%20%231.yaml';
    expect(seen).toEqual([
      ['interlock/policy-warning', 'interlock/policy-warning', odd, '%SRCROOT%', 21],
      ['interlock/probe-found', 'interlock/probe-found', odd, '%SRCROOT%', 40],
      [
        'interlock/promotion-criterion',
        'interlock/promotion-criterion',
        'file:///etc/interlock/promotion.yaml',
        undefined,
        3,
      ],
    ]);
  });

  test('a finding keeps its fingerprint when its figures change or its line moves, and no two share one', () => {
    const given = report('FAIL');
    const moved = {
      ...given,
      findings: given.findings.map((finding) => ({
        ...finding,
        text: `${finding.text}, again`,
        place: { ...finding.place, line: finding.place.line + 3 },
      })),
    };
    const prints = (from: GateReport): readonly string[] =>
      (JSON.parse(gateSarif(from)) as Sarif).runs[0].results.flatMap(({ partialFingerprints }) =>
        Object.values(partialFingerprints),
      );
    expect(prints(moved)).toEqual(prints(given));
    expect(new Set(prints(given)).size).toBe(given.findings.length);
  });
});

describe('gate.html', () => {
  test('whatever a name holds, it is text', () => {
    expect(/<script|<img|<[^>]*\sonerror=/i.test(gateHtml(hostile()))).toBe(false);
  });

  test('it says the verdict in words, and every criterion with what stands behind it', () => {
    const { result } = report('FAIL');
    const page = gateHtml(report('FAIL'));
    expect(page).toContain('refunds-bot must not go to limited (step 1)');
    for (const { title, observed } of result.criteria) {
      expect(page).toContain(title);
      expect(page).toContain(observed.replaceAll('>', '&gt;').replaceAll('<', '&lt;'));
    }
    expect(page).toContain('interlock why --data journal call_190');
  });
});

/** Reads the report with Python's expat and hands back what a CI system would see. */
const READ = `
import json, sys, xml.etree.ElementTree as tree
root = tree.fromstring(sys.stdin.buffer.read())
print(json.dumps({
  'attributes': root.attrib,
  'cases': [[c.get('name'), [f.get('message') for f in c.findall('failure')], [s.get('message') for s in c.findall('skipped')]] for c in root.iter('testcase')],
}))`;

interface Read {
  readonly attributes: Readonly<Record<string, string>>;
  readonly cases: readonly (readonly [string, readonly string[], readonly string[]])[];
}

function read(xml: string): Read {
  const { status, stdout, stderr } = spawnSync('python3', ['-c', READ], { input: xml, encoding: 'utf8' });
  if (status !== 0) throw new Error(`python3 cannot parse the report: ${stderr}`);
  return JSON.parse(stdout) as Read;
}

const python = spawnSync('python3', ['--version']).status === 0;

describe('gate.junit.xml', () => {
  // There is no other XML parser at hand.
  test.skipIf(!python)(
    'only what evidence speaks against fails; what lacks or is waived is skipped, and says why',
    () => {
      const { attributes, cases } = read(gateJunit(report('FAIL')));
      expect(attributes).toMatchObject({ tests: '9', failures: '1', skipped: '3' });
      const failed = cases.filter(([, failures]) => failures.length > 0);
      expect(failed.map(([name]) => name)).toEqual(['harm per session of create_refund: < 2% (95%)']);
      const skipped = cases.flatMap(([, , reasons]) => reasons);
      expect(skipped).toContain('19 more writes are needed. About 10 more days at the present rate.');
      expect(skipped).toContain('the policy waives it, and answers for it');
    },
  );

  // As above.
  test.skipIf(!python)('an INCONCLUSIVE verdict has no failure, and is not all passed either', () => {
    const { attributes } = read(gateJunit(report('INCONCLUSIVE')));
    expect(attributes).toMatchObject({ failures: '0', skipped: '5' });
    expect(read(gateJunit(hostile())).cases).toHaveLength(10);
  });
});
