import type { AgentId, CallId, GrantId, RouteId } from '../../src/engine/ids.ts';
import type { CallEntry, Entry, OutcomeEntry } from '../../src/journal/entry.ts';

/** A Wednesday, 10:00 UTC. */
export const START = Date.UTC(2026, 10, 25, 10);
const MINUTE = 60_000;

interface Told {
  readonly agent?: string;
  readonly session?: string;
  readonly route?: string;
  readonly effect?: CallEntry['effect'];
  readonly subject?: string | null;
  /** USD, whole. */
  readonly dollars?: number;
  readonly verdict?: CallEntry['verdict'];
  readonly guard?: string;
  readonly fingerprint?: string;
  readonly answer?: string;
  readonly effectiveness?: OutcomeEntry['effectiveness'] | 'open';
  readonly failure?: string;
  readonly ms?: number;
  readonly approval?: string;
  readonly more?: Partial<CallEntry>;
  /** It was made in a recording, without a door. */
  readonly recorded?: true;
}

/** A journal told call by call, a minute between them. */
export class Telling {
  readonly entries: Entry[] = [];
  at = START;
  #calls = 0;

  /** One call and, where it was let through, how it ended. Gives its id. */
  call(told: Told = {}): CallId {
    const { effect = 'read', verdict = 'allow', dollars, guard = 'rate' } = told;
    this.#calls += 1;
    const call = `call_${this.#calls}` as CallId;
    const isRefused = verdict !== 'allow';
    const finding = {
      guard,
      rule: `bot.${guard}[0]` as never,
      verdict: isRefused ? verdict : 'pass',
      reason: `${guard}_said_no`,
      hint: 'Wait.',
    } as const;
    this.entries.push({
      kind: 'call',
      at: (this.at += MINUTE),
      call,
      agent: (told.agent ?? 'bot') as AgentId,
      grant: 'grant_1' as GrantId,
      task: 'night shift',
      session: told.session ?? 's1',
      stage: 'production',
      route: (told.route ?? 'get_charge') as RouteId,
      effect,
      upstream: 'payments',
      method: effect === 'read' ? 'GET' : 'POST',
      target: '/v1/x',
      headers: {},
      body: null,
      facts: {
        subject: told.subject === undefined ? 'charge:ch_1' : told.subject,
        amount: dollars === undefined ? null : { micros: String(dollars * 1_000_000), currency: 'USD' },
        items: null,
        fingerprint: told.fingerprint ?? `f${this.#calls}`,
        granted: true,
        conditions: {},
      },
      verdict,
      findings: [isRefused ? finding : 'scope bot.allow[0]'],
      trips: [],
      ...(told.approval !== undefined && { approval: told.approval as CallId }),
      ...told.more,
    });
    if ((verdict === 'allow' || told.recorded === true) && told.effectiveness !== 'open') this.#end(call, told);
    return call;
  }

  tell(entry: Entry): void {
    this.entries.push({ ...entry, at: (this.at += MINUTE) });
  }

  #end(call: CallId, { effectiveness = 'effective', failure, ms = 20, answer = '{}', recorded }: Told): void {
    const status = failure === undefined ? (effectiveness === 'effective' ? 200 : 404) : null;
    this.entries.push({
      kind: 'outcome',
      at: this.at,
      call,
      effectiveness: effectiveness === 'open' ? 'unknown' : effectiveness,
      status,
      failure: failure ?? null,
      durationMs: ms,
      contentType: 'application/json',
      answer,
      answerBytes: answer.length,
      ...(recorded && { origin: 'recorded' as const }),
    });
  }
}
