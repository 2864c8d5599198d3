import { formatMoney } from '../../std/money.ts';
import { isReadable } from '../../engine/call.ts';
import { concerns } from '../../engine/policy.ts';
import { names, type Suspicion } from './remedies/suspicion.ts';

/**
 * Why nothing stopped it, where no remedy that was tried says so by stopping it: what the policy's guards said of the calls that
 * did the harm.
 */
export function gapOf(suspicion: Suspicion): string {
  const { routes, calls, harm } = suspicion;
  const approval = passedBelowApproval(suspicion);
  if (approval !== undefined) return approval;
  if (routes.length > 1) return `${names(routes)} come to the same, and no rule counts them together.`;
  if (calls.length === 0) return `Nothing that the door sees leads to it: ${harm.text}.`;
  const looked = [
    ...new Set(
      suspicion.account.steps.flatMap(({ judged }) => judged?.decision.findings.map(({ guard }) => guard) ?? []),
    ),
  ];
  const guards = looked.filter((guard) => guard !== 'freeze' && guard !== 'stage' && guard !== 'scope');
  const which = guards.length === 0 ? 'No rule but `allow`' : `Of ${guards.join(', ')} none`;
  return `${which} stops ${names(routes)} from doing this.`;
}

/** Calls that a human would have seen as one, and that passed one by one. */
export function passedBelowApproval({ field, calls }: Suspicion): string | undefined {
  const agents = field.loaded.policy.agents;
  const passed = calls.filter(({ call }) =>
    (agents.get(call.agent)?.rules.approval ?? []).some(
      ({ routes, above }) => above !== undefined && concerns(routes, call.route),
    ),
  );
  const [first] = passed;
  if (passed.length < 2 || first === undefined) return undefined;
  const { above } =
    agents
      .get(first.call.agent)
      ?.rules.approval.find(({ routes, above }) => above !== undefined && concerns(routes, first.call.route)) ?? {};
  const { amount } = first.call;
  if (above === undefined || amount === null || !isReadable(amount)) return undefined;
  return (
    `The approval looks at each call alone: ${passed.length} calls of ${formatMoney(amount)} passed ` +
    `under ${formatMoney(above)}.`
  );
}
