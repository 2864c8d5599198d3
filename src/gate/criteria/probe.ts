import { command, filesNamed } from './behind-calls.ts';
import { criterionOf } from './criterion-of.ts';
import type { Judge } from './gate-case.ts';
import { counted, listed, whole } from './wording.ts';

/** That a search for a harmful sequence of calls, under these rules and by this engine, has found none. */
export const probe: Judge = ({ target, evidence }) => {
  const { probe: of, basis } = evidence;
  const behind = [...filesNamed(evidence, 'probe'), command(`interlock probe --runs ${target.probe?.runs ?? 1_000}`)];
  const observed =
    of === null
      ? 'not run'
      : `${counted(of.runs, 'run')} (${counted(of.calls, 'call')}, seed ${of.seed}), ${of.found.length === 0 ? 'nothing' : whole(of.found.length)} found`;
  const said = { id: 'probe', title: 'probe', observed, behind } as const;
  if (target.probe === null) return [criterionOf({ ...said, required: 'none', outcome: 'waived' })];
  const { runs } = target.probe;
  const required = `${counted(runs, 'run')} or more, nothing found`;
  const search = `\`interlock probe --runs ${runs}\``;
  const open = (lacking: string, margin: string | null = null) => [
    criterionOf({ ...said, required, margin, outcome: 'inconclusive' as const, lacking }),
  ];
  if (of === null) return open(`nobody searched for a sequence of calls that does harm; run ${search}`);
  if (of.rulesDigest !== basis.rulesDigest) return open(`it searched under other rules; run ${search} again`);
  if (of.engine !== basis.engine)
    return open(`it searched with ${of.engine}, and the gate is ${basis.engine}; run ${search} again`);
  const [first] = of.found;
  if (first !== undefined) {
    const lacking = `under these rules this can happen: ${listed(of.found)}; ${search} tells how, and what closes it`;
    return [criterionOf({ ...said, required, margin: `${whole(of.found.length)} too many`, outcome: 'fail', lacking })];
  }
  if (of.runs < runs) return open(`it made too few runs; run ${search}`, `${counted(runs - of.runs, 'run')} short`);
  return [criterionOf({ ...said, required, margin: `${counted(of.runs - runs, 'run')} to spare`, outcome: 'pass' })];
};
