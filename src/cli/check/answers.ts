import type { RouteId } from '../../engine/ids.ts';
import { mayStandAt } from '../../engine/standings.ts';
import type { AnswerPlan, LoadedPolicy, Plan, ShadowRoute } from '../../policy/index.ts';

/** How a captured write on one route is answered, or why it is refused. */
export interface AnswerLine {
  readonly route: string;
  readonly answerable: boolean;
  /** 0 where it is not. */
  readonly status: number;
  /** `policy`, `template`, `document`, the strongest first; none where nothing says how. */
  readonly basis: readonly string[];
  /** What a person should know: a clause in lower case. */
  readonly remark: string;
  /** What to do about it; `null`: nothing has to be done. */
  readonly hint: string | null;
}

/** Every write that an agent may make that may come to stand in shadow, in the policy's order. */
export function answerLines({ policy, shadow }: LoadedPolicy): readonly AnswerLine[] {
  const shaded = [...policy.agents.values()].filter((agent) => mayStandAt(agent, 'shadow'));
  const allowed = new Set<RouteId>(shaded.flatMap(({ allow }) => allow.map(({ route }) => route)));
  return [...shadow].flatMap(([id, route]): AnswerLine[] => {
    const { answer } = route;
    if (answer === undefined || !allowed.has(id)) return [];
    if (!answer.ok) {
      const { detail, hint } = answer.failure;
      return [{ route: id, answerable: false, status: 0, basis: [], remark: detail, hint }];
    }
    const { status, basis } = answer.value;
    const remark = [...remarksOf(answer.value, route), ...remarksOnReads(route, shadow)].join('; ');
    return [{ route: id, answerable: true, status, basis, remark, hint: null }];
  });
}

export function answersReport(lines: readonly AnswerLine[]): readonly string[] {
  if (lines.length === 0) return [];
  return [
    'In shadow, captured writes are answered so:',
    ...lines.map(({ route, answerable, status, basis, remark, hint }) =>
      answerable
        ? `- ${route}: ${status}, by the ${basis.join(' and the ')}${remark === '' ? '' : `; ${remark}`}`
        : `- ${route}: refused: ${remark}. To have it answered, ${hint ?? ''}.`,
    ),
  ];
}

function remarksOf({ body, isItem }: AnswerPlan, { resource, affects }: ShadowRoute): readonly string[] {
  const examples = body === undefined ? [] : exampled(body, []);
  return [
    ...(isItem ? ['the item as the session last read it, with the change'] : []),
    ...(examples.length > 0 ? [`as in the document’s examples: ${examples.join(', ')}`] : []),
    ...(body !== undefined && !isItem && isThin(body)
      ? ['the document requires none of its members: perhaps only what was sent']
      : []),
    ...(resource?.role === 'action' && !isItem && affects === undefined
      ? ['what it changes is not declared (`affects`)']
      : []),
  ];
}

/** What later reads of what it made or deleted would show, where that is Interlock's guess and not the API's own way. */
function remarksOnReads({ resource, gone }: ShadowRoute, routes: LoadedPolicy['shadow']): readonly string[] {
  const reads = (role: 'item' | 'list', isMeant: (read: ShadowRoute) => boolean): string =>
    [...routes]
      .filter(([, read]) => read.resource?.role === role && read.resource.collection === resource?.collection)
      .flatMap(([id, read]) => (isMeant(read) ? [`\`${id}\``] : []))
      .join(', ');
  if (resource?.role === 'delete' && gone === undefined) {
    const items = reads('item', () => true);
    const where = items === '' ? '' : `: \`gone\` on ${items} would declare the API’s own`;
    return [`what it deleted is answered with Interlock’s own 404 from then on${where}`];
  }
  if (resource?.role !== 'create') return [];
  const lists = reads('list', ({ order }) => order === undefined);
  return lists === ''
    ? []
    : [`where it stands in ${lists} is told by the items there alone: \`list: { order }\` would declare it`];
}

/** The required fields whose value is an example of the document’s, unless something better is at hand. */
function exampled(plan: Plan, path: readonly string[]): readonly string[] {
  if (plan.kind === 'object') {
    return plan.members.flatMap(({ name, plan: inner, required }) =>
      required ? exampled(inner, [...path, name]) : [],
    );
  }
  const [first] = plan.sources;
  return first?.from === 'constant' && first.why === 'example' ? [path.join('.')] : [];
}

function isThin(plan: Plan): boolean {
  return plan.kind === 'object' && plan.members.every(({ required }) => !required);
}
