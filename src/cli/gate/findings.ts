import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Criterion, GateResult } from '../../gate/criterion.ts';
import { placesOf, type LoadedPolicy } from '../../policy/index.ts';
import { formatPath, formatProblem, type Path } from '../../policy/problem.ts';
import type { Finding, FindingPlace } from '../../report/gate/report.ts';
import { criterionText, lackingText } from '../../report/gate/words.ts';

/** Where the policy says what a criterion demands, under the terms of its stage. */
const TERM: Readonly<Record<Criterion['id'], readonly string[]>> = {
  identity: [],
  journal: [],
  engine: [],
  days: ['days'],
  sessions: ['sessions'],
  writes: ['writes'],
  strata: ['strata'],
  harm: ['harm'],
  agreement: ['agreement'],
  reviewed: ['reviewed'],
  freezes: [],
  errors: ['errors'],
  steady: ['steady'],
  load: [],
  consistency: [],
  scenarios: ['scenarios'],
  probe: ['probe'],
  efficacy: ['efficacy'],
  people: ['people'],
};
/** Terms of the stage itself, and not of what its evidence has to show. */
const OF_STAGE: ReadonlySet<Criterion['id']> = new Set(['scenarios', 'probe', 'efficacy']);

/** What in the policy's files somebody should look at: its own warnings, what a probe found, what failed and what is waived. */
export function findingsOf(
  loaded: LoadedPolicy,
  result: GateResult,
  probeFile: string | undefined,
): readonly Finding[] {
  const placed = placer(loaded);
  return [
    ...loaded.warnings.map((problem): Finding => {
      const { path: at, message, line, column } = problem;
      return {
        kind: 'policy',
        about: at,
        identity: `${at} ${message}`,
        level: 'warning',
        // Its place is told apart from it.
        text: formatProblem('', problem).replace(/^[^:]*:\d+:\d+: /, ''),
        place: { file: named(loaded, problem.file), line, column, path: at },
      };
    }),
    ...holesIn(probeFile).map(({ oracle, text, gap }): Finding => ({
      kind: 'probe',
      about: oracle,
      identity: `${oracle} ${text}`,
      level: 'error',
      text: `${oracle}: ${text}. ${gap}`,
      place: placed(pathOfRule(oracle)),
    })),
    ...result.criteria.flatMap((criterion): readonly Finding[] => {
      const { outcome, id, class: of } = criterion;
      if (outcome !== 'fail' && outcome !== 'waived') return [];
      const said = criterionText(criterion);
      return [
        {
          kind: 'criterion',
          about: id,
          identity: [result.agent, result.to, id, of ?? ''].join(' '),
          level: outcome === 'fail' ? 'error' : 'note',
          text:
            outcome === 'fail'
              ? `${said}: ${lackingText(criterion)}`
              : `${said} is waived, and the policy answers for it`,
          place: placed(pathOfTerm(criterion, result)),
        },
      ];
    }),
  ];
}

function pathOfTerm({ id }: Criterion, { to, from, step }: GateResult): Path {
  if (id === 'people') return ['promotion', 'people'];
  if (OF_STAGE.has(id)) return ['promotion', to, ...TERM[id]];
  const isFurther = step !== null && step > 1;
  return ['promotion', to, isFurther ? 'each' : from, ...TERM[id]];
}

/** `never[0]` → `['never', 0]`; `I5 refunds-bot.once[0]` → `['agents', 'refunds-bot', 'once', 0]`. */
function pathOfRule(rule: string): Path {
  const match = /^(?:I\d+ )?(?:(?<agent>.+)\.)?(?<kind>\w+)\[(?<index>\d+)\]$/.exec(rule)?.groups;
  if (match === undefined) return [];
  const { agent, kind = '', index } = match;
  return [...(agent === undefined ? [] : ['agents', agent]), kind, Number(index)];
}

function placer(loaded: LoadedPolicy): (at: Path) => FindingPlace {
  const placeOf = placesOf(loaded);
  return (at) => {
    const { file, line, column } = placeOf(at);
    return { file: named(loaded, file), line, column, path: formatPath(at) };
  };
}

/** As whoever looks at a repository names it: from where the command was run. */
function named({ file: policyFile }: LoadedPolicy, included: string | undefined): string {
  const absolute = path.resolve(included === undefined ? policyFile : path.join(path.dirname(policyFile), included));
  const relative = path.relative('.', absolute).replaceAll(path.sep, '/');
  return relative.startsWith('../') ? absolute : relative;
}

interface Hole {
  readonly oracle: string;
  readonly text: string;
  readonly gap: string;
}

/** The gate has read the file by now, so it is one. */
function holesIn(probeFile: string | undefined): readonly Hole[] {
  if (probeFile === undefined) return [];
  const { holes, bugs } = JSON.parse(readFileSync(probeFile, 'utf8')) as Readonly<
    Record<'holes' | 'bugs', readonly Hole[]>
  >;
  return [...holes, ...bugs].map(({ oracle, text, gap }) => ({ oracle, text, gap: gap ?? '' }));
}
