import { isAdmitted } from '../../engine/decision.ts';
import type { Engine } from '../../engine/engine.ts';
import type { CallEntry, Entry, OutcomeEntry, PageEntry, RecordListener, SignInEntry } from '../../journal/index.ts';
import { decisiveOf } from '../decisive.ts';
import { Flood } from './flood.ts';
import type { Logger } from './logger.ts';

/** Agents whose floods are told apart; what further ones do shares one measure. */
export const FLOODS_MAX = 1_000;

/**
 * The journal's records as lines of the log: what an operator wants to see go by, with the record's number for the rest.
 * A listener of the journal: it must not throw, and asks what a line costs only where it would be written.
 */
export function recordLines(logger: Logger, engine: Pick<Engine, 'openCall'>, now: () => number): RecordListener {
  const teller = new Teller(logger, engine, now);
  return (entry, seq) => {
    try {
      teller.tell(entry, seq);
    } catch {
      // A line less in the log; the record itself is in the journal.
    }
  };
}

class Teller {
  readonly #logger: Logger;
  readonly #engine: Pick<Engine, 'openCall'>;
  readonly #now: () => number;
  readonly #floods = new Map<string, Flood>();

  constructor(logger: Logger, engine: Pick<Engine, 'openCall'>, now: () => number) {
    this.#logger = logger;
    this.#engine = engine;
    this.#now = now;
  }

  tell(entry: Entry, seq: number): void {
    const logger = this.#logger;
    switch (entry.kind) {
      case 'call':
        return this.#call(entry, seq);
      case 'outcome':
        return this.#outcome(entry, seq);
      case 'refusal': {
        const { agent, status, reason, flood } = entry;
        const fields = { seq, agent, status, reason, count: flood?.count };
        return this.#bounded(agent ?? '', () => logger.line('info', 'refused before it was a call', fields));
      }
      case 'freeze': {
        const { agent, trip, by, call, cause, severed } = entry;
        const fields = { seq, agent, trip, by: kindOf(by), call, guard: cause?.guard, rule: cause?.rule };
        const what = trip === 'kill' ? `killed, ${severed.length} of its calls cut off` : 'frozen';
        return logger.line('info', `${agent} is ${what}: it reaches no upstream until a person resumes it`, {
          ...fields,
          reason: cause?.reason,
        });
      }
      case 'assent':
        return logger.line('info', `${entry.agent}: one of two people says that it may work again`, {
          seq,
          agent: entry.agent,
        });
      case 'resume':
        return logger.line('info', `${entry.agent} is resumed`, { seq, agent: entry.agent });
      case 'review':
        return logger.line('info', entry.approved ? 'a held call is approved' : 'a held call is refused', {
          seq,
          call: entry.call,
          agent: entry.agent,
        });
      case 'standing': {
        const { agent, was, stands, by, cause } = entry;
        const fields = { seq, agent, was, stands, by: kindOf(by), reason: cause.what };
        return logger.line('info', `${agent} stands in ${stands}`, fields);
      }
      case 'policy':
        return logger.line('info', 'a policy is in force', { seq, digest: entry.digest });
      case 'grant':
        return logger.line('info', 'a grant is made', { seq, grant: entry.grant, agent: entry.agent });
      case 'revoke':
        return logger.line('info', 'a grant is revoked', { seq, grant: entry.grant });
      case 'erase':
        return logger.line('info', 'a person’s data is erased', { seq, count: entry.values });
      case 'assessment':
        return logger.line('info', 'a decision is reviewed', { seq, call: entry.call, agent: entry.agent });
      case 'recovery': {
        const fields = { seq, epoch: entry.epoch, count: entry.unknown.length };
        return logger.line('info', 'the journal is taken over; what was open counts as spent', fields);
      }
      case 'page':
        return this.#page(entry, seq);
      case 'unrecorded': {
        const count = entry.calls + entry.refusals + entry.notes;
        return logger.line('warn', 'turned away without a record of their own, for want of room', {
          seq,
          count,
          reason: entry.why,
        });
      }
      case 'user':
        return logger.line('info', `a user is ${entry.change}`, { seq, user: entry.user });
      case 'sign-in':
        return this.#signIn(entry, seq);
      case 'note':
        return logger.line('debug', 'a note', { seq, agent: entry.agent, call: entry.call });
      default:
        return logger.line('debug', `a ${entry.kind} record`, { seq });
    }
  }

  #call(entry: CallEntry, seq: number): void {
    const { call, agent, route, upstream, stage, verdict } = entry;
    const fields = { seq, call, agent, route, upstream, stage, verdict };
    const logger = this.#logger;
    if (isAdmitted(verdict)) {
      if (logger.writes('debug')) logger.line('debug', verdict === 'capture' ? 'captured' : 'allowed', fields);
      return;
    }
    if (!logger.writes('info')) return;
    const found = decisiveOf(entry);
    const why = { ...fields, guard: found?.guard, rule: found?.rule, reason: found?.reason };
    // Its repeats while it waits ask nothing new.
    if (verdict === 'hold' && found?.earlier !== undefined) return logger.line('debug', 'held already', why);
    if (verdict === 'hold') return logger.line('info', 'held: a person must approve it', why);
    this.#bounded(agent, () => logger.line('info', 'denied', why));
  }

  /** Heard before it is applied: the call is still open. */
  #outcome({ call, status, failure, durationMs }: OutcomeEntry, seq: number): void {
    const isBad = (failure !== null && !QUIET_ENDS.has(failure)) || (status !== null && status >= 500);
    const logger = this.#logger;
    if (!logger.writes(isBad ? 'warn' : 'debug')) return;
    const open = this.#engine.openCall(call);
    const fields = { seq, call, agent: open?.agent, route: open?.route, status, failure, ms: durationMs };
    if (!isBad) return logger.line('debug', 'ended', fields);
    this.#bounded(open?.agent ?? '', () => logger.line('warn', 'ended without a good answer of its upstream', fields));
  }

  #page({ page, channel, attempt, outcome, status }: PageEntry, seq: number): void {
    const fields = { seq, page, channel, attempt, status };
    if (outcome === 'sent') return this.#logger.line('info', 'a page is sent', fields);
    const what = outcome === 'failed' ? 'a page could not be sent; it is tried again' : 'A PAGE IS GIVEN UP';
    this.#logger.line(outcome === 'failed' ? 'warn' : 'error', what, fields);
  }

  /** Whoever came in is on record; what somebody typed who did not is nowhere here. */
  #signIn(entry: SignInEntry, seq: number): void {
    if (entry.what === 'in') this.#logger.line('info', 'signed in', { seq, user: entry.user });
    else if (entry.what === 'out') this.#logger.line('info', 'signed out', { seq, user: entry.user });
    else this.#logger.line('warn', 'too many failed to sign in from one place', { seq });
  }

  #bounded(agent: string, one: () => void): void {
    const whose = this.#floods.has(agent) || this.#floods.size < FLOODS_MAX ? agent : '';
    let flood = this.#floods.get(whose);
    if (flood === undefined) this.#floods.set(whose, (flood = new Flood(this.#now)));
    flood.tell(one, (count) =>
      this.#logger.line('info', 'more lines like these went untold in that second', { agent, count }),
    );
  }
}

/** Ends without a whole answer that are nobody's fault. */
const QUIET_ENDS: ReadonlySet<string> = new Set(['client_gone', 'killed', 'not_sent']);

/** `human:ann` → `human`: who it was stands in the journal. */
function kindOf(by: string): string {
  return by.split(':', 1)[0] as string;
}
