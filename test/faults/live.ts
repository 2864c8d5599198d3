import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ChildProcess } from 'node:child_process';
import type { Engine } from '../../src/engine/engine.ts';
import { foldJournal, lastPolicy, readJournal, verifyJournal } from '../../src/journal/index.ts';
import { loadRecorded } from '../../src/policy/index.ts';
import { listening, refundsPolicy, site, start, type Served, type Site } from '../cli/served.ts';
import { rawUpstream, type RawUpstream, type Script } from '../door/raw-upstream.ts';

export const AGENT = 'refunds-bot';
export const OK = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';

/** `INTERLOCK_FAULT_ROUNDS=50 npx vitest run test/faults` for the long run: how often every fault is done again. */
export const ROUNDS = Number(process.env['INTERLOCK_FAULT_ROUNDS'] ?? 1);
/** Rarer faults, and those that take long, are for the long run. */
export const LONG = ROUNDS > 1;
export const LONG_MS = 3_600_000;
/** `INTERLOCK_FAULT_SEED` repeats a run, as far as processes can be repeated. */
export const SEED = Number(process.env['INTERLOCK_FAULT_SEED'] ?? Date.now() % 1_000_000);

const BUDGET_USD = 1_000_000;
export const RULES = `
budgets: [{ max: ${BUDGET_USD} USD, per: day, timezone: UTC }]
once: [{ route: create_refund, per: subject }]
`;
/** What one refund of {@link Live.refund} moves. */
export const REFUND_USD = 0.1;

/** How `interlock serve` ends when its journal can be trusted no more: sysexits' EX_IOERR. */
export const EXIT_JOURNAL_FAILED = 74;

export interface LiveOptions {
  /** More arguments of `interlock serve`. */
  readonly more?: readonly string[];
  /** A command in front of it: a smaller `ulimit`, say. */
  readonly under?: readonly string[];
  /** Rules of the agent, as YAML at the left margin. */
  readonly rules?: string;
  /** More of the policy, as YAML at the left margin. */
  readonly policy?: string;
  /** The data directory, where it is to be on another disk. */
  readonly data?: string;
}

export interface Answered {
  readonly status: number;
  readonly body: string;
  readonly headers: Headers;
}

/** A real door, one `interlock serve` after the other on the same data, and the upstream that sees what truly happened. */
export class Live {
  readonly upstream: RawUpstream;
  readonly where: Site;
  readonly #more: readonly string[];
  readonly #under: readonly string[];
  #served: Served | undefined;
  #bearer = '';
  #charges = 0;

  private constructor(upstream: RawUpstream, { more = [], under = [], rules = RULES, policy = '', data }: LiveOptions) {
    this.upstream = upstream;
    const made = site(refundsPolicy(upstream.origin, rules) + policy);
    this.where = data === undefined ? made : { ...made, data };
    this.#more = more;
    this.#under = under;
  }

  /** Nothing runs yet. */
  static async prepare(options: LiveOptions = {}, script: Script = (_, wire) => wire.send(OK)): Promise<Live> {
    return new Live(await rawUpstream(script), options);
  }

  /** A door listens, and its agent has a grant. */
  static async open(options: LiveOptions = {}, script?: Script): Promise<Live> {
    const live = await Live.prepare(options, script);
    await live.serve();
    return live;
  }

  get served(): Served {
    if (this.#served === undefined) throw new Error('no door runs');
    return this.#served;
  }

  get pid(): number {
    return this.served.child.pid as number;
  }

  /** Starts a door and does not wait for it. */
  start(): ChildProcess {
    return start(this.where, this.#more, this.#under);
  }

  /** Starts a door; the agent's grant is made at the first. */
  async serve(): Promise<Served> {
    this.#served = await listening(this.start());
    if (this.#bearer === '') {
      const body = { agent: AGENT, task: 'test', expiresMs: 3_600_000, routes: null, parent: null, by: 'test' };
      const granted = await this.control('/v1/grants', body);
      this.#bearer = (granted as { token: string }).token;
    }
    return this.#served;
  }

  /** What an operator asks of the running door. */
  async control(route: string, body?: object): Promise<unknown> {
    const { url, token } = JSON.parse(readFileSync(path.join(this.where.data, 'control.json'), 'utf8')) as {
      readonly url: string;
      readonly token: string;
    };
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(url + route, {
      headers,
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${route} answered ${response.status}: ${JSON.stringify(answer)}`);
    return answer;
  }

  kill(): Promise<unknown> {
    return this.control(`/v1/agents/${AGENT}/kill`, { reason: 'drill', by: 'ana' });
  }

  /** A charge that no call has named yet. */
  charge(): string {
    this.#charges += 1;
    return `ch_${this.#charges}`;
  }

  refund(charge = this.charge(), more: Readonly<Record<string, string>> = {}): Promise<Answered> {
    return this.#ask('/payments/v1/refunds', {
      method: 'POST',
      body: new URLSearchParams({ charge, amount: '10', ...more }),
    });
  }

  read(charge = 'ch_1'): Promise<Answered> {
    return this.#ask(`/payments/v1/charges/${charge}`, {});
  }

  /** What a door answers to a read. */
  async status(door: string): Promise<number> {
    const headers = { authorization: `Bearer ${this.#bearer}` };
    const response = await fetch(`${door}/payments/v1/charges/ch_1`, { headers });
    await response.arrayBuffer();
    return response.status;
  }

  note(text: string): Promise<Answered> {
    return this.#ask('/.interlock/notes', { method: 'POST', body: JSON.stringify({ text }) });
  }

  async #ask(route: string, init: RequestInit): Promise<Answered> {
    const json = typeof init.body === 'string' ? { 'content-type': 'application/json' } : {};
    const headers = { authorization: `Bearer ${this.#bearer}`, ...json };
    const response = await fetch(this.served.door + route, { ...init, headers });
    return { status: response.status, body: await response.text(), headers: response.headers };
  }

  /** Clients that refund one charge after the other until told to stop, or until no door answers. Gives every answer. */
  load(clients: number): { readonly stop: () => Promise<readonly Answered[]> } {
    const answers: Answered[] = [];
    const load = { stopped: false };
    const one = async (): Promise<void> => {
      while (!load.stopped) answers.push(await this.refund());
    };
    const all = Array.from({ length: clients }, () => one().catch(() => undefined));
    return {
      stop: async () => {
        load.stopped = true;
        await Promise.all(all);
        return answers;
      },
    };
  }

  /** The charges that were truly refunded, in order. */
  refunded(): readonly string[] {
    return this.upstream.requests
      .filter(({ method }) => method === 'POST')
      .map(({ body }) => new URLSearchParams(String(body)).get('charge') as string);
  }

  /** The promises that the upstream and the journal show broken, each in a sentence; none while no door writes. */
  async broken(): Promise<readonly string[]> {
    const { data } = this.where;
    const verified = await verifyJournal(data);
    const faults = verified.ok ? [] : [`I7: ${verified.file} at ${verified.offset}: ${verified.problem}`];
    const intents = new Set<string>();
    for (const record of readJournal(data, { tail: 'live' })) {
      if (record.kind === 'call' && record.verdict === 'allow') intents.add(record.facts.subject as string);
    }
    const refunded = this.refunded();
    const strangers = refunded.filter((charge) => !intents.has(`charge:${charge}`));
    if (strangers.length > 0) faults.push(`I1: sent without an intent on the disk: ${strangers.join(' ')}`);
    const twice = refunded.filter((charge, index) => refunded.indexOf(charge) !== index);
    if (twice.length > 0) faults.push(`I5: refunded twice: ${twice.join(' ')}`);
    const [spent, truly] = [spentUsd(data), refunded.length * REFUND_USD];
    if (spent < truly - 1e-6) faults.push(`I3: the books say ${spent} USD, the upstream saw ${truly}`);
    return faults;
  }

  async close(): Promise<void> {
    const child = this.#served?.child;
    if (child?.exitCode === null && child.signalCode === null) await this.served.end('SIGKILL');
    await this.upstream.close();
  }
}

/** What the journal's fold holds as spent or held of {@link RULES}' budget. */
function spentUsd(data: string): number {
  const recorded = lastPolicy(data);
  const loaded = recorded && loadRecorded(recorded);
  if (loaded?.ok !== true) return 0;
  const { engine, lastAt } = foldJournal(loaded.value.policy, readJournal(data, { tail: 'live' }));
  return spentUsdOf(engine, lastAt);
}

export function spentUsdOf(engine: Engine, at: number): number {
  const budget = engine.levels(AGENT as never, at).find(({ guard }) => guard === 'budget');
  return BUDGET_USD - Number(budget?.remaining.split(' ')[0]);
}
