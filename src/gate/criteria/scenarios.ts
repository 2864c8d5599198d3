import type { ScenarioEvidence } from '../evidence/evidence.ts';
import { command, filesNamed } from './behind-calls.ts';
import { criterionOf } from './criterion-of.ts';
import type { Judge } from './gate-case.ts';
import { counted, listed, whole } from './wording.ts';

/** That the failures which are known were acted out, that the door held each off, and that this engine would do so again. */
export const scenarios: Judge = ({ target, evidence }) => {
  const { scenarios: of, basis } = evidence;
  const behind = [...filesNamed(evidence, 'sandbox'), command('interlock sandbox')];
  const said = { id: 'scenarios', title: 'scenarios', behind } as const;
  const wanted = target.scenarios;
  if (wanted === null) return [criterionOf({ ...said, required: 'none', observed: heldText(of), outcome: 'waived' })];
  const required = wanted === 'all' ? 'all held' : `${listed(wanted)} held`;
  if (of === null) {
    return [
      criterionOf({
        ...said,
        required,
        observed: 'not run',
        outcome: 'inconclusive',
        lacking: 'no scenario was run; run them with `interlock sandbox`, and give its results to the gate',
      }),
    ];
  }
  const names = new Set(wanted === 'all' ? [...of.known, ...of.results.map(({ name }) => name)] : wanted);
  const fell = of.results.filter(({ name, held }) => names.has(name) && !held).map(({ name }) => name);
  const ran = new Set(of.results.map(({ name }) => name));
  const missing = [...names].filter((name) => !ran.has(name));
  const undecided = Math.max(
    of.results.length - of.redecided.journals,
    of.results.filter(({ name, rulesDigest }) => names.has(name) && rulesDigest === null).length,
  );
  const { differing } = of.redecided;
  const lacks = lacking({ names, fell, differing, missing, undecided });
  return [
    criterionOf({
      ...said,
      required,
      observed: `${heldText(of)}, by ${of.engine}${of.engine === basis.engine ? '' : ` (the gate is ${basis.engine})`}; ${counted(of.redecided.journals, 'journal')} decided again, ${differing.length === 0 ? 'none' : whole(differing.length)} otherwise`,
      margin: missing.length === 0 ? null : `${counted(missing.length, 'scenario')} short`,
      outcome: fell.length + differing.length > 0 ? 'fail' : lacks === undefined ? 'pass' : 'inconclusive',
      lacking: lacks,
    }),
  ];
};

interface Lacks {
  readonly names: ReadonlySet<string>;
  readonly fell: readonly string[];
  readonly differing: readonly string[];
  readonly missing: readonly string[];
  readonly undecided: number;
}

function lacking({ names, fell, differing, missing, undecided }: Lacks): string | undefined {
  if (fell.length > 0) return `harm was done in ${listed(fell)}; \`interlock sandbox ${fell[0]}\` shows how`;
  if (differing.length > 0)
    return `this engine decides otherwise in ${listed(differing)}; run the scenarios again with it`;
  if (names.size === 0) return 'there is no scenario; name one, or write one for what must not happen';
  if (missing.length > 0)
    return `${listed(missing)} ${missing.length === 1 ? 'was' : 'were'} not run; run \`interlock sandbox\``;
  if (undecided > 0)
    return `the journals of ${counted(undecided, 'scenario')} could not be decided again by this engine; run \`interlock sandbox\` with it`;
  return undefined;
}

function heldText(of: ScenarioEvidence | null): string {
  if (of === null) return 'not run';
  return `${whole(of.results.filter(({ held }) => held).length)} of ${whole(of.results.length)} held`;
}
