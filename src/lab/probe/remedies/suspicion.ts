import { parse } from 'yaml';
import { unreachable } from '../../../std/assert.ts';
import type { Json } from '../../../std/canonical-json.ts';
import { formatDuration } from '../../../std/duration.ts';
import type { Call, Effect } from '../../../engine/call.ts';
import type { RouteId } from '../../../engine/ids.ts';
import type { Route } from '../../../engine/policy.ts';
import type { NeverRule, NeverWindow } from '../../../policy/index.ts';
import { selects } from '../../../policy/selector.ts';
import type { Selector } from '../../../policy/rules/selector.ts';
import type { Deed, Harm } from '../../oracles/oracle.ts';
import type { Account } from '../account.ts';
import type { ProbeRequest, Step } from '../course.ts';
import type { Field } from '../field.ts';
import { type Key, PolicyText } from './policy-text.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** A calendar day is an hour longer where clocks go back. */
const LONGEST_DAY_MS = DAY_MS + HOUR_MS;

/** One change of the policy that may be what it lacks; whether it is, only trying tells. */
export interface Candidate {
  /** `once: create_refund per subject` */
  readonly title: string;
  /** What the policy does not look at without it: `No rule looks at create_refund per subject.` Absent: it says nothing of that. */
  readonly gap?: string;
  /** How little else it stops: lower is narrower. A remedy of equal narrowness that was thought of first comes first. */
  readonly breadth: number;
  /** It bounds what one call does: that it stops the first one, which was too large already, does not count against it. */
  readonly isForSize?: true;
  /** The whole policy with it; `undefined`: the place to change stands in another file or a template. */
  readonly text: string | undefined;
  /** The same harm by an agent that keeps to it as a well-meant one would: under the remedy this must do none either. */
  readonly evasion?: readonly Step[];
}

/** A rule of a policy as its author wrote it, at most with what the forms below name. */
export interface WrittenRule extends Selector {
  readonly [key: string]: string | number | readonly string[] | undefined;
}

export interface WrittenPolicy {
  readonly routes?: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly agents?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly budgets?: readonly WrittenRule[];
  readonly groups?: Readonly<Record<string, readonly string[]>>;
}

/** What is known of a harm: who did it, by which routes, with which requests; and where the policy says what of them. */
export interface Suspicion {
  readonly field: Field;
  readonly harm: Harm;
  /** The never rule; absent: the oracle is somebody's own. */
  readonly never: NeverRule | undefined;
  readonly account: Account;
  readonly policy: PolicyText;
  /** What the policy's own file says, before anything is expanded. */
  readonly written: WrittenPolicy;
  /** The calls that did the harm, the last one last. */
  readonly calls: readonly Culprit[];
  readonly agents: readonly string[];
  readonly routes: readonly Route[];
}

export interface Culprit {
  readonly call: Call;
  readonly request: ProbeRequest;
  readonly deeds: readonly Deed[];
  /** Others could come while it was under way. */
  readonly isSlow: boolean;
}

export function suspicionOf(field: Field, account: Account, harm: Harm): Suspicion {
  const { loaded } = field;
  const doers = new Map(harm.deeds.flatMap(({ by }) => (by === null ? [] : [[by.id, by] as const])));
  const calls = account.steps.flatMap(({ step, judged, deeds }): Culprit[] =>
    step.kind === 'call' && judged !== undefined && doers.has(judged.call.id)
      ? [
          {
            call: judged.call,
            request: step.request,
            deeds,
            isSlow: (step.lastsMs ?? 0) > 0 || step.fault?.kind === 'latency',
          },
        ]
      : [],
  );
  const ids = [...new Set(calls.map(({ call }) => call.route))];
  return {
    field,
    harm,
    never: loaded.never.find(({ rule }) => rule === harm.oracle),
    account,
    policy: new PolicyText(loaded.text),
    written: (parse(loaded.text) ?? {}) as WrittenPolicy,
    calls,
    agents: [...new Set(calls.map(({ call }) => call.agent))],
    routes: ids.flatMap((id) => loaded.policy.routes.get(id) ?? []),
  };
}

/** The rules of one kind that a file gives an agent, with their places; of an inherited list nothing. */
export function rulesOf(
  { written }: Suspicion,
  agent: string,
  kind: string,
): readonly { readonly rule: WrittenRule; readonly path: readonly Key[] }[] {
  const rules = written.agents?.[agent]?.[kind];
  if (!Array.isArray(rules)) return [];
  return rules.map((rule: WrittenRule, index) => ({ rule, path: ['agents', agent, kind, index] }));
}

export function concernsAny(rule: WrittenRule, routes: readonly Route[]): boolean {
  return routes.some(({ id, effect }) => selects(rule, id, effect));
}

/** One rule more for each of the agents. */
export function forEach(
  { policy, agents }: Suspicion,
  add: (policy: PolicyText, agent: string) => string | undefined,
): string | undefined {
  let text: string | undefined = policy.text;
  for (const agent of agents) text = text === undefined ? undefined : add(new PolicyText(text), agent);
  return text;
}

/** How a rule names these routes: one by itself, several as a list. */
export function selectorOf(
  routes: readonly { readonly id: RouteId }[],
): { route: string } | { routes: readonly string[] } {
  const [first, ...others] = routes.map(({ id }) => String(id));
  return others.length === 0 ? { route: first ?? '' } : { routes: [first ?? '', ...others] };
}

export function names(all: readonly { readonly id: string }[]): string {
  return all.map(({ id }) => `\`${id}\``).join(' and ');
}

/** The window as rules write it: `{ per: day, timezone: UTC }`, `{ per: 1h }`; `undefined` for ever. */
export function perOf(within: NeverWindow): { readonly per: string; readonly timezone?: string } | undefined {
  switch (within.kind) {
    case 'day':
      return { per: 'day', timezone: within.timeZone };
    case 'rolling':
      return { per: formatDuration(within.ms) };
    case 'ever':
      return undefined;
    default:
      return unreachable(within);
  }
}

/** How long a rule has to count for that window, the shortest first; none for ever. */
export function windowsOf(within: NeverWindow): readonly number[] {
  switch (within.kind) {
    case 'day':
      return [DAY_MS, LONGEST_DAY_MS];
    case 'rolling':
      return [within.ms];
    case 'ever':
      return [];
    default:
      return unreachable(within);
  }
}

export const isWriteEffect = (effect: Effect): boolean => effect !== 'read';
