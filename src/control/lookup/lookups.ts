import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fail, ok, type Result } from '../../std/result.ts';
import {
  LOOKUP_HEAP_BYTES,
  LOOKUP_LOST_MAX,
  LOOKUP_TIMEOUT_MS,
  LOOKUP_TURN_TIMEOUT_MS,
  LOOKUPS_WAITING_EACH_MAX,
  LOOKUPS_WAITING_MAX,
} from './bounds.ts';
import { AnswerFrames } from './frames.ts';
import type { LookupRefused, Question } from './question.ts';

type Answered = Result<Buffer<ArrayBuffer>, LookupRefused>;

/** Whose question it is. */
export interface Asker {
  /** `null`: whoever can read the data directory. */
  readonly whose: string | null;
  /** Aborted when they wait no more. */
  readonly gone?: AbortSignal;
}

interface Waiting {
  readonly id: number;
  readonly whose: string | null;
  readonly question: Question;
  readonly resolve: (answer: Answered) => void;
  timer: NodeJS.Timeout | undefined;
  /** Processes that ended while it was under way. */
  lost: number;
}

/** Where it is started from, and what with. */
export interface LookupOptions {
  readonly dir: string;
  /** What the process says of its faults. */
  readonly onFault?: (line: string) => void;
  readonly timeoutMs?: number;
  readonly turnTimeoutMs?: number;
  readonly waitingMax?: number;
  /** Another program in its place, for tests of what becomes of one that dies. */
  readonly program?: string;
}

const PROGRAM = path.join(import.meta.dirname, `child${path.extname(import.meta.filename)}`);

/**
 * Look-ups in the files of a data directory, by a process of its own at low priority: the door's calls wait for none of them.
 *
 * One process, one question at a time: of each person in the order in which they came, and of all people in turn, so that whoever
 * asks without end makes the others wait for one question of theirs. It is started by the first question, and anew by the
 * first behind its death. INVARIANT: every question is answered once, if only by why it is not.
 */
export class Lookups {
  readonly #options: LookupOptions;
  readonly #queue: Waiting[] = [];
  #child: ChildProcess | undefined;
  #underWay: Waiting | undefined;
  #asked = 0;
  #closed = false;
  /** When each who waits had their last turn, counted in questions. */
  readonly #served = new Map<string | null, number>();
  #turns = 0;

  constructor(options: LookupOptions) {
    this.#options = options;
  }

  /** The process, for a test that ends it. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get waiting(): number {
    return this.#queue.length + (this.#underWay === undefined ? 0 : 1);
  }

  /** What a browser gets, as bytes of JSON. */
  ask(question: Question, { whose, gone }: Asker = NOBODY): Promise<Answered> {
    const { waitingMax = LOOKUPS_WAITING_MAX, turnTimeoutMs = LOOKUP_TURN_TIMEOUT_MS } = this.#options;
    if (this.#closed) return Promise.resolve(refused(503, 'The door is closing: nothing is looked up any more.'));
    if (this.#queue.length >= waitingMax) {
      const message = `${waitingMax} look-ups wait already. Ask again in a few seconds; \`interlock why\` works meanwhile.`;
      return Promise.resolve(refused(429, message));
    }
    const own = whose === null ? 0 : this.#queue.filter((one) => one.whose === whose).length;
    if (own >= LOOKUPS_WAITING_EACH_MAX) {
      return Promise.resolve(refused(429, `${own} look-ups of yours wait already. Ask again in a few seconds.`));
    }
    return new Promise((resolve) => {
      const waiting: Waiting = { id: (this.#asked += 1), whose, question, resolve, timer: undefined, lost: 0 };
      const message = `Its turn did not come within ${turnTimeoutMs / 1_000} s: others' look-ups take long. Ask again.`;
      waiting.timer = setTimeout(() => this.#leave(waiting, refused(503, message)), turnTimeoutMs);
      gone?.addEventListener('abort', () => this.#leave(waiting, refused(503, 'Nobody waits for it.')), { once: true });
      this.#queue.push(waiting);
      this.#next();
    });
  }

  /** {@link ask}, for whoever reads the answer here. */
  async value<Value>(question: Question, asker: Asker = NOBODY): Promise<Result<Value, LookupRefused>> {
    const answered = await this.ask(question, asker);
    return answered.ok ? ok(JSON.parse(answered.value.toString()) as Value) : answered;
  }

  /** Ends the process, and tells everybody who waits. */
  close(): void {
    this.#closed = true;
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
    const closing = refused(503, 'The door is closing: nothing is looked up any more.');
    const all = [...(this.#underWay === undefined ? [] : [this.#underWay]), ...this.#queue.splice(0)];
    this.#underWay = undefined;
    for (const one of all) settle(one, closing);
  }

  #next(): void {
    if (this.#underWay !== undefined || this.#closed) return;
    const next = this.#takeNext();
    if (next === undefined) return;
    const { timeoutMs = LOOKUP_TIMEOUT_MS } = this.#options;
    const child = (this.#child ??= this.#start());
    this.#underWay = next;
    clearTimeout(next.timer);
    next.timer = setTimeout(() => {
      const message = `It took longer than ${timeoutMs / 1_000} s, and was given up. Ask for less: one agent, a shorter time, an id.`;
      // What is stuck in it would keep everybody behind it waiting.
      this.#lose(child, refused(504, message));
      child.kill('SIGKILL');
    }, timeoutMs);
    child.stdin?.write(`${JSON.stringify({ id: next.id, question: next.question })}\n`);
  }

  /** The first question of whoever has waited longest for a turn. */
  #takeNext(): Waiting | undefined {
    if (this.#queue.length === 0) return undefined;
    const turnOf = ({ whose }: Waiting): number => this.#served.get(whose) ?? 0;
    // Of a draw the first one: they stand in the order in which they came.
    const next = this.#queue.reduce((first, one) => (turnOf(one) < turnOf(first) ? one : first));
    this.#queue.splice(this.#queue.indexOf(next), 1);
    this.#served.set(next.whose, (this.#turns += 1));
    const waiting = new Set(this.#queue.map(({ whose }) => whose));
    for (const whose of this.#served.keys())
      if (whose !== next.whose && !waiting.has(whose)) this.#served.delete(whose);
    return next;
  }

  #leave(waiting: Waiting, answer: Answered): void {
    const place = this.#queue.indexOf(waiting);
    if (place !== -1) this.#queue.splice(place, 1);
    // One that is under way goes on: its process is everybody's.
    if (place !== -1 || this.#underWay === waiting) waiting.resolve(answer);
    if (place !== -1) clearTimeout(waiting.timer);
  }

  #start(): ChildProcess {
    const { dir, program = PROGRAM, onFault = () => undefined } = this.#options;
    const child = spawn(process.execPath, [`--max-old-space-size=${LOOKUP_HEAP_BYTES / 1024 ** 2}`, program, dir], {
      stdio: ['pipe', 'pipe', 'pipe'],
      // It opens files, and needs nothing that is secret.
      env: {},
    });
    const frames = new AnswerFrames(({ id, ok: isOk, last }, body) => {
      const done = this.#underWay;
      if (this.#child !== child || done?.id !== id) return;
      if (last === true) this.#child = undefined;
      this.#underWay = undefined;
      settle(done, isOk ? ok(body) : fail(JSON.parse(body.toString()) as LookupRefused));
      this.#next();
    });
    child.stdout.on('data', (chunk: Buffer) => {
      try {
        frames.take(chunk);
      } catch {
        child.kill('SIGKILL');
      }
    });
    createInterface({ input: child.stderr }).on('line', onFault);
    // Its end is told by `close`; what was written to it is asked anew or answered by that.
    child.stdin.on('error', () => undefined);
    child.once('error', (error) => this.#died(child, error.message));
    child.once('close', (code, signal) => this.#died(child, signal ?? `exit code ${code}`));
    return child;
  }

  /** The process is no more, or soon: the question under way is answered so, and the next one gets another process. */
  #lose(child: ChildProcess, answer: Answered): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    const lost = this.#underWay;
    this.#underWay = undefined;
    if (lost !== undefined) settle(lost, answer);
    this.#next();
  }

  /** Nobody knows whether the question was to blame: it is asked once more, for looking changes nothing. */
  #died(child: ChildProcess, why: string): void {
    const underWay = this.#underWay;
    if (this.#child === child && underWay !== undefined && underWay.lost < LOOKUP_LOST_MAX) {
      underWay.lost += 1;
      clearTimeout(underWay.timer);
      this.#underWay = undefined;
      this.#queue.unshift(underWay);
    }
    this.#lose(
      child,
      refused(503, `The process that looks things up ended (${why}). Ask for less, or ask the command.`),
    );
  }
}

const NOBODY: Asker = { whose: null };

function settle({ timer, resolve }: Waiting, answer: Answered): void {
  clearTimeout(timer);
  resolve(answer);
}

function refused(status: LookupRefused['status'], message: string): Answered {
  return fail({ status, message });
}
