import type { Call } from '../../../engine/call.ts';
import type { Decision, Finding } from '../../../engine/decision.ts';
import type { Freeze } from '../../../engine/event.ts';
import type { RuleId } from '../../../engine/ids.ts';
import type { Policy } from '../../../engine/policy.ts';
import type { Catalogue, Item, Tally } from './catalogue.ts';
import { possibleReasons } from './reasons.ts';
import { type PolicyRule, rulesOf } from './rules.ts';

/** What was heard of one rule. */
interface Heard {
  readonly rule: PolicyRule;
  readonly passed: Item | undefined;
  readonly stopped: Item | undefined;
  readonly tripped: Item | undefined;
  /** How many calls it had nothing against. */
  passes: number;
  /** How many of those something else stopped, and by which rule. */
  inVain: number;
  readonly before: Map<RuleId, number>;
}

/** Which rules, guards and reason codes have spoken. */
export class Spoken {
  readonly #rules = new Map<RuleId, Heard>();
  readonly #guards = new Map<string, Item>();
  readonly #reasons = new Map<string, Map<string, Item>>();

  constructor(policy: Policy, catalogue: Catalogue) {
    const rules = rulesOf(policy);
    for (const rule of rules) this.#rules.set(rule.rule, this.#catalogued(rule, catalogue));
    for (const { guard, reason, missing } of possibleReasons(policy, rules)) {
      if (!this.#guards.has(guard)) {
        this.#guards.set(guard, catalogue.add('guards', `${guard} stopped a call`, 'see its reasons'));
      }
      const item = catalogue.add('reasons', `${guard}: ${reason}`, missing);
      const its = this.#reasons.get(guard) ?? new Map<string, Item>();
      this.#reasons.set(guard, its.set(reason, item));
    }
  }

  decided({ findings, decisive, verdict }: Decision, tally: Tally): void {
    const isStopped = verdict !== 'allow';
    for (const finding of findings) {
      if (finding.verdict === 'pass') this.#passed(finding, isStopped ? decisive.rule : undefined, tally);
      else this.#stopped(finding, tally);
    }
  }

  frozen({ by }: Freeze, tally: Tally): void {
    // `guard:RULE`
    const tripped = this.#rules.get(by.slice('guard:'.length) as RuleId)?.tripped;
    if (tripped !== undefined) tally.hit(tripped);
  }

  #passed({ rule }: Finding, stoppedBy: RuleId | undefined, tally: Tally): void {
    const heard = this.#rules.get(rule);
    if (heard === undefined) return;
    heard.passes += 1;
    if (heard.passed !== undefined) tally.hit(heard.passed);
    if (stoppedBy === undefined) return;
    heard.inVain += 1;
    heard.before.set(stoppedBy, (heard.before.get(stoppedBy) ?? 0) + 1);
  }

  #stopped({ rule, guard, reason }: Finding, tally: Tally): void {
    const stopped = this.#rules.get(rule)?.stopped;
    if (stopped !== undefined) tally.hit(stopped);
    const item = this.#reasons.get(guard)?.get(reason);
    if (item === undefined) return;
    tally.hit(item);
    tally.hit(this.#guards.get(guard) as Item);
  }

  #catalogued(rule: PolicyRule, catalogue: Catalogue): Heard {
    const { does, trips, guard, routes } = rule;
    const add = (text: string): Item =>
      catalogue.add('rules', `${rule.rule} ${text}`, () => this.#why(rule.rule, text), routes);
    return {
      rule,
      passed: does === 'watches' ? undefined : add(PASSED),
      stopped: does === 'judges' ? add(guard === 'approval' ? 'held a call' : 'stopped a call') : undefined,
      tripped: trips ? add('stopped its agent') : undefined,
      passes: 0,
      inVain: 0,
      before: new Map(),
    };
  }

  /** Why a rule may never have said this. */
  #why(id: RuleId, text: string): string {
    const { rule, passes, inVain, before } = this.#rules.get(id) as Heard;
    if (rule.does === 'watches') return 'what it watches for did not happen often enough';
    if (text === PASSED) return passes === 0 ? 'no call that it judges was let through by it' : '';
    if (passes === 0) return 'no call that it judges was made, or it was never the one to ask';
    const [most] = [...before].toSorted(([, one], [, other]) => other - one);
    const all = passes.toLocaleString('en');
    if (most !== undefined && inVain * 2 > passes) {
      return `its limit was never reached: of ${all} calls that it would have passed, ${inVain.toLocaleString('en')} were stopped by another rule, mostly \`${most[0]}\``;
    }
    return `its limit was never reached: it passed all ${all} calls that it judged`;
  }
}

const PASSED = 'let a call pass';

/** Whether a guard failed, which denies: a fault of Interlock's own. */
export function brokenGuard({ findings }: Decision, { route }: Call): string | undefined {
  const broken = findings.find(({ reason }) => reason === 'guard_error');
  return broken && `\`${broken.rule}\` failed on a call of ${route}: ${broken.observed ?? 'no reason is known'}`;
}
