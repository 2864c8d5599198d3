import { formatDuration } from '../../std/duration.ts';
import type { OnceRule } from '../../engine/guards/once.ts';
import type { AgentId } from '../../engine/ids.ts';
import type { LoadedPolicy } from '../../policy/index.ts';
import { named, type Measure } from './measure.ts';
import type { Deed, Doer, Harm, Oracle, OracleWatch } from './oracle.ts';

/**
 * An oracle for every route that some agent's `once` is about. What any agent did counts; the later call must have been one
 * of an agent with the rule, for the guard judges no other.
 */
export function onceOracles({ policy }: LoadedPolicy, measure: Measure): readonly Oracle[] {
  return [...policy.agents.values()].flatMap(({ id, rules }) =>
    rules.once.map((rule): Oracle => {
      const span = rule.withinMs === undefined ? '' : ` within ${formatDuration(rule.withinMs)}`;
      return {
        ...named(rule.rule, 'I5', measure),
        text: `a second ${rule.route} of one subject${span}, for ${rule.rule} is about it`,
        watch: () => new OnceWatch(rule, id, measure),
      };
    }),
  );
}

/** What a deed takes effect on; `undefined`: nothing that the rule could be about. */
type SubjectOf = (by: Doer, deed: Deed) => string | undefined;

/** As the door read it, byte for byte: what differs in case alone the guard takes for the same, and owes nobody. */
const subjectRead: SubjectOf = ({ subject }) => subject ?? undefined;

/** As the ledger has it, where both speak of one sort of thing: `charge:`. An invoice that is paid is met at its payee. */
const subjectMet: SubjectOf = ({ subject }, { entry, upstream }) =>
  subject !== null && sortOf(subject) === sortOf(entry.subject) ? `${upstream} ${entry.subject}` : undefined;

function sortOf(subject: string): string {
  return subject.slice(0, subject.indexOf(':') + 1);
}

interface Effect {
  readonly deed: Deed;
  readonly by: Doer;
}

class OnceWatch implements OracleWatch {
  readonly #rule: OnceRule;
  readonly #agent: AgentId;
  readonly #measure: Measure;
  readonly #subjectOf: SubjectOf;
  /** By subject, in the order in which the calls were let through. */
  readonly #effects = new Map<string, Effect[]>();

  constructor(rule: OnceRule, agent: AgentId, measure: Measure) {
    this.#rule = rule;
    this.#agent = agent;
    this.#measure = measure;
    this.#subjectOf = measure === 'as read' ? subjectRead : subjectMet;
  }

  see(deed: Deed): Harm | undefined {
    const { by, entry } = deed;
    if (by === null || !entry.write || by.route !== this.#rule.route) return undefined;
    const subject = this.#subjectOf(by, deed);
    if (subject === undefined) return undefined;
    const effects = this.#effects.get(subject);
    if (effects === undefined) {
      this.#effects.set(subject, [{ deed, by }]);
      return undefined;
    }
    return this.#enter({ deed, by }, effects);
  }

  /** Amortised O(1) for calls whose work is done in the order in which they were let through. */
  #enter(effect: Effect, effects: Effect[]): Harm | undefined {
    const { by } = effect;
    let place = effects.length;
    for (; place > 0; place -= 1) {
      const other = (effects[place - 1] as Effect).by;
      if (other.id === by.id) return undefined;
      if (other.at <= by.at) break;
    }
    effects.splice(place, 0, effect);
    const later = effects.slice(place + 1).find((other) => this.#breaks(by, other.by));
    if (later !== undefined) return this.#harm(later, effect);
    for (place -= 1; place >= 0; place -= 1) {
      const earlier = effects[place] as Effect;
      if (this.#breaks(earlier.by, by)) return this.#harm(earlier, effect);
      if (earlier.by.at < by.at) break;
    }
    return undefined;
  }

  /** Of two let through at one moment nobody knows which was the later. */
  #breaks(earlier: Doer, later: Doer): boolean {
    if (later.agent !== this.#agent) return false;
    if (later.at === earlier.at && earlier.agent !== this.#agent) return false;
    return later.at - earlier.at < (this.#rule.withinMs ?? Infinity);
  }

  #harm(other: Effect, { deed, by }: Effect): Harm {
    const { rule, route } = this.#rule;
    const { name: oracle, ...promise } = named(rule, 'I5', this.#measure);
    const subject = this.#measure === 'as read' ? by.subject : deed.entry.subject;
    const text = `${route} took effect 2 times on ${subject}, ${apart(other.by, by)}, and ${rule} says once`;
    return { oracle, text, deeds: [other.deed, deed], ...promise };
  }
}

function apart(one: Doer, other: Doer): string {
  const ms = Math.abs(one.at - other.at);
  return ms === 0 ? 'at one moment' : `${formatDuration(ms)} apart`;
}
