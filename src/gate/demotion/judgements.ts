import type { CallId } from '../../engine/ids.ts';
import type { Opinion } from '../../evidence/review/model.ts';
import { consensus } from '../../evidence/review/opinions.ts';
import { Generations } from './generations.ts';
import { JUDGED_SESSIONS_KEPT, REVIEWERS_KEPT, WRITES_KEPT } from './bounds.ts';
import { RevisableAlarm } from './revisable-alarm.ts';

/** A write that the agent meant, and what people said of it. */
interface Write {
  readonly session: string;
  /** No guard stopped it: what is wrong with it would have been done, or was. */
  readonly passed: boolean;
  /** The last word of each reviewer; absent: nobody said anything. */
  said?: Map<string, Opinion>;
  /** What that came to when somebody was sure last. */
  wrong?: boolean;
}

/** What is known of a session, once anybody judged anything of it. */
interface Session {
  /** Its trial for harm, and how many of its writes are wrong. */
  harm?: { readonly trial: number; wrong: number };
  /** The write of it that was judged first, and its trial for disagreement. */
  first?: { readonly call: CallId; readonly trial: number };
}

/**
 * What people think of what an agent meant to do, by session, for two alarms:
 *
 * - harm: sessions with a write that passed and is wrong, among those with a write that passed and was judged
 * - disagreement: of each session the write that was judged first. One of each, for those of one session hang together.
 *
 * `wrong` is a write that a reviewer called wrong, also where another called it sane; for disagreement, too, a held one that a
 * human refused. Who is unsure has judged nothing.
 */
export class Judgements {
  readonly harm: RevisableAlarm | undefined;
  readonly disagreement: RevisableAlarm | undefined;
  readonly #writes = new Generations<CallId, Write>(WRITES_KEPT);
  readonly #sessions = new Generations<string, Session>(JUDGED_SESSIONS_KEPT);

  constructor(limits: { readonly harm: number | undefined; readonly disagreement: number | undefined }) {
    this.harm = limits.harm === undefined ? undefined : new RevisableAlarm(limits.harm);
    this.disagreement = limits.disagreement === undefined ? undefined : new RevisableAlarm(limits.disagreement);
  }

  wrote(call: CallId, session: string, passed: boolean): void {
    this.#writes.put(call, { session, passed });
  }

  /** @param call one that is not known (a read, one of before, of long ago) changes nothing */
  said(call: CallId, by: string, opinion: Opinion): void {
    const write = this.#writes.get(call);
    if (write === undefined) return;
    const said = (write.said ??= new Map());
    if (said.size >= REVIEWERS_KEPT && !said.has(by)) return;
    said.set(by, opinion);
    const wrong = isWrong(said);
    if (wrong === undefined) return;
    const more = Number(wrong) - Number(write.wrong ?? false);
    write.wrong = wrong;
    const session = this.#sessions.get(write.session) ?? {};
    this.#sessions.put(write.session, session);
    if (write.passed) this.#harmed(session, more);
    this.#disagreed(session, call, Number(wrong));
  }

  #harmed(session: Session, more: number): void {
    const { harm } = this;
    if (harm === undefined) return;
    const wrong = (session.harm?.wrong ?? 0) + more;
    const value = wrong > 0 ? 1 : 0;
    if (session.harm === undefined) session.harm = { trial: harm.add(value), wrong };
    else {
      session.harm.wrong = wrong;
      harm.revise(session.harm.trial, value);
    }
  }

  #disagreed(session: Session, call: CallId, value: number): void {
    const { disagreement } = this;
    if (disagreement === undefined) return;
    if (session.first === undefined) session.first = { call, trial: disagreement.add(value) };
    else if (session.first.call === call) disagreement.revise(session.first.trial, value);
  }
}

/** `undefined`: nobody is sure. */
function isWrong(said: ReadonlyMap<string, Opinion>): boolean | undefined {
  const what = consensus([...said.values()].map((opinion) => ({ opinion })));
  return what === undefined || what === 'unsure' ? undefined : what !== 'sane';
}
