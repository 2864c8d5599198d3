import type { CallId } from '../../engine/ids.ts';
import { isWrite } from '../../engine/call.ts';
import type { Opinion } from '../../evidence/review/model.ts';
import type { CallEntry } from '../../journal/index.ts';
import type { DemotionTerms } from '../../policy/promotion.ts';
import type { PromotionBaseline } from '../../promotion/index.ts';
import { formatShare, type Ppm } from '../../std/share.ts';
import { DriftAlarm } from '../statistics/drift-alarm.ts';
import { RateAlarm } from '../statistics/rate-alarm.ts';
import { sessionsOf } from './baseline.ts';
import { moved, percent, sure, type Level, type WatchedRule } from './crossing.ts';
import { Judgements } from './judgements.ts';
import { OpenSessions, type OpenSession } from './open-sessions.ts';

/** One of the alarms, and what it says. */
interface Line {
  readonly rule: WatchedRule;
  readonly limit: string;
  /** Times the evidence that is as much as the policy demands. */
  readonly demanded: number;
  readonly evidence: () => number;
  readonly observed: () => string;
  readonly crossed: () => boolean;
}

const WHOLE_PPM = 1_000_000;

/**
 * Whether one agent, since it came to stand where it does, is surely beyond a line of its policy.
 *
 * INVARIANT: a function of the records it heard and of nothing else; a step costs the same however long it has watched.
 */
export class AgentWatch {
  readonly #judgements: Judgements;
  readonly #sessions: OpenSessions;
  readonly #errors: RateAlarm | undefined;
  readonly #drift: DriftAlarm | undefined;
  /** Over the sessions that are over: what the errors' alarm heard, for people. */
  #shares = 0;
  readonly #lines: readonly Line[];

  /** @param baseline what it was promoted as; absent: nobody knows, and no drift is seen */
  constructor(terms: DemotionTerms, baseline: PromotionBaseline | undefined) {
    const { confidence } = terms;
    this.#judgements = new Judgements({ harm: rate(terms.harmAbove), disagreement: rate(terms.disagreementAbove) });
    const errors = rate(terms.errorsAbove);
    this.#errors = errors === undefined ? undefined : new RateAlarm(errors);
    const sessions = terms.drift && baseline !== undefined ? sessionsOf(baseline) : [];
    this.#drift = sessions.length === 0 ? undefined : new DriftAlarm(sessions, confidence);
    this.#sessions = new OpenSessions((session) => this.#over(session));
    this.#lines = this.#linesOf(terms);
  }

  /** Gives its session, which wants to hear of its end. */
  called(entry: CallEntry): OpenSession {
    const { call, effect, session, verdict } = entry;
    if (isWrite(effect)) this.#judgements.wrote(call, session, verdict === 'allow' || verdict === 'capture');
    return this.#sessions.called(entry);
  }

  said(call: CallId, by: string, opinion: Opinion): void {
    this.#judgements.said(call, by, opinion);
  }

  turn(): void {
    this.#sessions.turn();
  }

  /** The first line that it is surely beyond. */
  crossed(): Omit<Level, 'evidence' | 'demanded'> | undefined {
    const line = this.#lines.find(({ crossed }) => crossed());
    return line && { rule: line.rule, observed: line.observed(), limit: line.limit };
  }

  levels(): readonly Level[] {
    return this.#lines.map(({ rule, limit, demanded, evidence, observed }) => {
      return { rule, observed: observed(), limit, evidence: evidence(), demanded };
    });
  }

  #over({ mix, sent, failed }: OpenSession): void {
    if (sent > 0) {
      this.#errors?.hear(failed / sent);
      this.#shares += failed / sent;
    }
    this.#drift?.hear(mix);
  }

  #linesOf({ harmAbove, disagreementAbove, errorsAbove, confidence }: DemotionTerms): readonly Line[] {
    const { harm, disagreement } = this.#judgements;
    const errors = this.#errors;
    const drift = this.#drift;
    const demanded = 1 / (1 - confidence);
    const of = (part: number, whole: number): string =>
      `${Number(part.toFixed(1))} of ${whole} (${percent(whole === 0 ? 0 : part / whole)})`;
    const common = (rule: WatchedRule, alarm: { readonly evidence: number }, limit: string) => {
      return { rule, limit: `${limit} ${sure(confidence)}`, demanded, evidence: () => alarm.evidence };
    };
    return [
      ...(harm === undefined
        ? []
        : [
            {
              ...common('harm', harm, atMost(harmAbove)),
              observed: () => `${of(harm.sum, harm.trials)} of the reviewed sessions did harm`,
              crossed: () => harm.crossed(confidence),
            },
          ]),
      ...(disagreement === undefined
        ? []
        : [
            {
              ...common('disagreement', disagreement, atMost(disagreementAbove)),
              observed: () =>
                `reviewers disagreed in ${of(disagreement.sum, disagreement.trials)} of the reviewed sessions`,
              crossed: () => disagreement.crossed(confidence),
            },
          ]),
      ...(errors === undefined
        ? []
        : [
            {
              ...common('errors', errors, atMost(errorsAbove)),
              observed: () =>
                `${percent(errors.trials === 0 ? 0 : this.#shares / errors.trials)} of the calls of a session failed or were refused upstream (${errors.trials} sessions)`,
              crossed: () => errors.crossed(confidence),
            },
          ]),
      ...(drift === undefined
        ? []
        : [
            {
              ...common('drift', drift, 'as it was promoted'),
              // Half of what may go wrong is the baseline's.
              demanded: 2 * demanded,
              observed: () => moved(drift.movements, drift.sessions),
              crossed: () => drift.crossed,
            },
          ]),
    ];
  }
}

/** `undefined`: nothing of the kind is watched, or nothing can be beyond it. */
function rate(above: Ppm | null): number | undefined {
  return above === null || above >= WHOLE_PPM ? undefined : above / WHOLE_PPM;
}

const atMost = (above: Ppm | null): string => `at most ${formatShare(above ?? WHOLE_PPM)}`;
