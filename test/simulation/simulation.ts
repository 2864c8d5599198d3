import type { Prng } from '../../src/std/prng.ts';
import { Actor, habitFor } from './actor.ts';
import { audit } from './audit.ts';
import type { Cast } from './casts.ts';
import { Doorkeeper, shown as told } from './doorkeeper.ts';
import { Ended } from './incarnation.ts';
import { strike } from './misfortune.ts';
import type { Broken } from './oracle.ts';
import { People } from './people.ts';
import { reload } from './reloads.ts';
import { Scene, type Counts } from './scene.ts';
import { settled } from './timeline.ts';
import type { Ask, Heard, Reply } from './wire.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A story that takes longer has agents that wait for ever. */
const STORY_MS_MAX = 60 * 24 * HOUR_MS;
/** How many asks pass, at most, between two things that people do, and between two that go wrong. */
const ASKS_PER_DEED = 12;
const ASKS_PER_PROMOTION = 5;
const ASKS_PER_FAULT = 14;
const ASKS_PER_KILL = 60;
const ASKS_PER_RELOAD = 25;

/** What one seed came to. */
export interface Result {
  readonly seed: number;
  readonly broken: readonly Broken[];
  readonly counts: Counts;
  /** Its story, line by line, where it was asked for. */
  readonly trace: readonly string[];
}

/** One seed's story: agents, people, a business and a door, and everything that can go wrong with them. */
export class Simulation {
  readonly #scene: Scene;
  readonly #doorkeeper: Doorkeeper;
  readonly #people: People;
  readonly #tokens = new Map<string, string>();
  /** What happens every few asks. */
  readonly #asked: ((agent: string) => void)[] = [];

  constructor(seed: number, traced = false) {
    const scene = new Scene(seed, traced);
    this.#scene = scene;
    this.#people = new People({
      random: scene.stream('people'),
      oracle: scene.oracle,
      say: (what) => scene.say(what),
      tokens: this.#tokens,
    });
    this.#doorkeeper = new Doorkeeper(scene, (incarnation) => this.#people.equip(incarnation));
  }

  async run(): Promise<Result> {
    const { oracle, counts, timeline, seed, trace } = this.#scene;
    const onRejection = (error: unknown): void => {
      if (!(error instanceof Ended)) oracle.break('uncaught', told(error));
    };
    process.on('unhandledRejection', onRejection);
    try {
      await this.#play();
    } finally {
      process.off('unhandledRejection', onRejection);
    }
    counts.steps = timeline.steps;
    counts.commits = oracle.ledger.length;
    const { captured, overlaid } = this.#scene.sessions;
    Object.assign(counts, { captured, overlaid });
    return { seed, broken: oracle.broken, counts, trace };
  }

  async #play(): Promise<void> {
    const { calm, timeline, oracle } = this.#scene;
    this.#scene.say(() => (calm ? 'nothing goes wrong' : 'much goes wrong'));
    this.#doorkeeper.start();
    const actors = this.#actors();
    for (const actor of actors) actor.begin();
    this.#live();
    await timeline.run(STORY_MS_MAX, () => actors.every(({ done }) => done) || oracle.broken.length > 0);
    if (oracle.broken.length === 0) await this.#end();
  }

  #actors(): readonly Actor[] {
    const { casts, timeline } = this.#scene;
    const random = this.#scene.stream('actors');
    const { agents } = (casts[0] as Cast).terms;
    return agents.map((terms) => {
      const habit = terms.agent === 'canary' ? 'honest' : habitFor(random);
      const turns = terms.stage === 'production' || terms.stage === 'shadow' ? 5 + random.below(12) : 3;
      const send = this.#send.bind(this);
      return new Actor({ timeline, random: this.#scene.stream(terms.agent), terms, habit, turns, send });
    });
  }

  #send(agent: string, ask: Ask, heard: (heard: Heard) => void): () => void {
    const { counts, oracle, timeline, sessions } = this.#scene;
    counts.asks += 1;
    for (const asks of this.#asked) asks(agent);
    const incarnation = this.#doorkeeper.current;
    const token = this.#tokens.get(agent) ?? 'interlock_none';
    const { method, path, body = '' } = ask;
    this.#scene.say(() => `${agent} asks ${method} ${path} ${body}`);
    const isInShadow = (): boolean => incarnation !== undefined && oracle.stageNow(incarnation, agent) === 'shadow';
    const began = isInShadow();
    const shown = sessions.asked(token, ask, timeline.now);
    const answered = (answer: Heard): void => {
      const ended = isInShadow();
      shown(answer, timeline.now, began !== ended ? 'between' : ended ? 'shadow' : 'outside');
      const reason = answer === 'cut' ? undefined : reasonOf(answer);
      this.#scene.say(() => `${agent} hears ${answer === 'cut' ? 'nothing' : `${answer.status} ${reason ?? ''}`}`);
      if (reason === 'grant_expired' || reason === 'grant_revoked') this.#tokens.delete(agent);
      if (answer !== 'cut' && incarnation !== undefined) {
        oracle.answered(incarnation, answer.status, answer.headers['interlock-call'], reason);
      }
      heard(answer);
    };
    const wire = incarnation?.wire;
    if (wire !== undefined)
      return wire.ask({ ...ask, headers: { ...ask.headers, authorization: `Bearer ${token}` } }, answered);
    return timeline.in(1, () => answered('cut'));
  }

  /** What people do, charges that change hands elsewhere, and what goes wrong. */
  #live(): void {
    const { calm, casts, oracle, real } = this.#scene;
    const random = this.#scene.stream('life');
    this.#everyFewAsks(random, ASKS_PER_DEED, () => {
      const incarnation = this.#doorkeeper.current;
      if (incarnation?.wire !== undefined) {
        void this.#people.equip(incarnation);
        void this.#people.act(incarnation);
        oracle.checkBudgets(incarnation, 'I2');
      }
      if (random.below(4) === 0) real.closeElsewhere(`ch_${random.below(5)}`);
    });
    if (casts.every(({ terms }) => terms.promotions === true)) {
      this.#everyFewAsks(this.#scene.stream('promotions'), ASKS_PER_PROMOTION, () => {
        const incarnation = this.#doorkeeper.current;
        if (incarnation?.wire !== undefined) void this.#people.promote(incarnation);
      });
    }
    const reloads = this.#scene.stream('reloads');
    this.#everyFewAsks(reloads, ASKS_PER_RELOAD, () => {
      const incarnation = this.#doorkeeper.current;
      if (incarnation?.wire !== undefined) void reload(this.#scene, incarnation, reloads);
    });
    if (calm) return;
    const faults = this.#scene.stream('faults');
    this.#everyFewAsks(faults, ASKS_PER_FAULT, () => strike(this.#scene, this.#doorkeeper, faults));
    this.#everyFewAsks(faults, ASKS_PER_KILL, () => this.#killInTheMiddle(faults));
  }

  /** A human stops whoever asks next, while that call waits for its disk; and the door may be gone a moment later. */
  #killInTheMiddle(random: Prng): void {
    const { timeline, disk } = this.#scene;
    let waits = true;
    this.#asked.push((agent) => {
      const incarnation = this.#doorkeeper.current;
      if (!waits || agent === 'canary' || incarnation === undefined || this.#scene.healed) return;
      waits = false;
      timeline.in((random.below(20) / 20) * disk.slowness, () => {
        void this.#people.kill(incarnation, agent);
        if (random.below(2) === 0) timeline.in((random.below(20) / 20) * disk.slowness, () => this.#doorkeeper.crash());
      });
    });
  }

  /** In the middle of what agents do, and not in their nights. */
  #everyFewAsks(random: Prng, asksMax: number, run: () => void): void {
    let left = 1 + random.below(asksMax);
    this.#asked.push(() => {
      left -= 1;
      if (left > 0 || this.#scene.healed) return;
      left = 1 + random.below(asksMax);
      this.#scene.timeline.in(random.below(100) / 3, () => {
        if (!this.#scene.healed) run();
      });
    });
  }

  /** Everything is well again, and so must the door be: nothing is stopped for ever, and nothing is lost. */
  async #end(): Promise<void> {
    const { oracle, counts, disk } = this.#scene;
    this.#scene.heal();
    if (this.#doorkeeper.current !== undefined) this.#doorkeeper.current.stepsLeft = Infinity;
    await this.#for(2 * HOUR_MS);
    const incarnation = this.#doorkeeper.current;
    if (incarnation?.wire === undefined) return oracle.break('liveness', 'no door is open although nothing is wrong');
    // Longer than any rolling budget that the canary shares with others.
    await this.#for(4 * HOUR_MS);
    void this.#people.resumeAll(incarnation);
    void this.#people.grant(incarnation, 'canary').then(() => this.#people.equip(incarnation));
    await this.#for(MINUTE_MS);
    await this.#sing();
    const waiting = incarnation.started?.outbox.state().waiting ?? 0;
    if (waiting > 0) oracle.break('liveness', `${waiting} pages were never delivered`);
    oracle.checkBudgets(incarnation, 'I3');
    let stopped: string | undefined;
    incarnation.stop(1_000).then(
      () => (stopped = 'stopped'),
      (error: unknown) => (stopped = told(error)),
    );
    await this.#for(HOUR_MS);
    if (stopped !== 'stopped') return oracle.break('stop', stopped ?? 'the door was told to stop and never did');
    const records = this.#scene.records();
    counts.records = records.length;
    await audit(records, disk.files(), this.#scene.stream('audit'), oracle);
  }

  /** An honest agent within all limits is let through. */
  async #sing(): Promise<void> {
    const { oracle } = this.#scene;
    const charge = 'ch_last';
    const headers = { 'user-agent': 'canary' };
    const post = { ...headers, 'content-type': 'application/json' };
    const statuses: (number | string)[] = [];
    const heard = (answer: Heard): void => void statuses.push(answer === 'cut' ? 'nothing' : answer.status);
    this.#send('canary', { method: 'GET', path: `/payments/v1/charges/${charge}`, headers }, heard);
    await this.#for(MINUTE_MS);
    const body = JSON.stringify({ charge, amount: 100 });
    this.#send('canary', { method: 'POST', path: '/payments/v1/refunds', headers: post, body }, heard);
    await this.#for(MINUTE_MS);
    const isDone = oracle.ledger.has(`charge:${charge}`);
    if (!isDone || statuses.some((status) => status !== 200)) {
      oracle.break('liveness', `an allowed call was answered ${statuses.join(', ')}`);
    }
  }

  async #for(ms: number): Promise<void> {
    await settled();
    await this.#scene.timeline.pass(ms);
  }
}

/** The code of a problem that the door itself tells. */
function reasonOf({ json }: Reply): string | undefined {
  return /^urn:interlock:problem:(\w+)$/.exec(String(json['type']))?.[1];
}
