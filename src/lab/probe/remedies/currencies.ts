import { formatMoney, type Currency } from '../../../std/money.ts';
import { isReadable } from '../../../engine/call.ts';
import { leavesOf } from '../shrink/leaves.ts';
import { ask, membersOf, subjectReads, withPrecondition, worldBefore } from './subject-reads.ts';
import type { Candidate, Culprit, Suspicion } from './suspicion.ts';

/**
 * What was paid is in the currency of the thing that the call acts on, and no request says which: a policy that takes it for granted
 * counts other money than leaves. The business knows, and can be asked before.
 */
export function* paidInAnother(suspicion: Suspicion): Generator<Candidate> {
  const { calls, field } = suspicion;
  for (const culprit of calls) {
    const { call, deeds } = culprit;
    const route = field.loaded.policy.routes.get(call.route);
    const moved = deeds.find(({ entry }) => entry.moneyOut !== null)?.entry.moneyOut ?? null;
    if (route === undefined || moved === null || call.amount === null || !isReadable(call.amount)) continue;
    const meant = meantBy(suspicion, call.amount.currency);
    if (meant.includes(moved.currency) || says(culprit, moved.currency)) continue;
    const world = worldBefore(suspicion, route.upstream, culprit);
    if (world === undefined) continue;
    for (const { read, request } of subjectReads(suspicion, route, culprit)) {
      const members = Object.entries(membersOf(ask(world, field, request, call.at)) ?? {});
      const [name, code] = members.find(([, value]) => isCode(value, moved.currency)) ?? [];
      if (name === undefined) continue;
      const spelled = meant.map((one) => JSON.stringify(code === moved.currency ? one : one.toLowerCase()));
      const is = spelled.length === 1 ? `== ${spelled[0]}` : `in [${spelled.join(', ')}]`;
      const require = `response.body.${name} ${is}`;
      yield {
        title: `precondition: ${route.id} where ${require}`,
        gap:
          `A \`${route.id}\` that is read as ${formatMoney(call.amount)} pays ${formatMoney(moved)}: nobody asks in which ` +
          `currency it pays.`,
        breadth: 1,
        text: withPrecondition(suspicion.policy.text, suspicion, route, { read, require }),
      };
      return;
    }
  }
}

/** The currencies that the rule has limits for; of an oracle of somebody's own, the one that the policy reads. */
function meantBy({ never }: Suspicion, read: Currency): readonly Currency[] {
  return never?.kind === 'money' && never.over.length > 0 ? never.over.map(({ currency }) => currency) : [read];
}

function says({ request }: Culprit, currency: Currency): boolean {
  return leavesOf(request).some(({ value }) => isCode(value, currency));
}

function isCode(value: unknown, currency: Currency): boolean {
  return typeof value === 'string' && value.toUpperCase() === currency;
}
