import type { AgentId } from '../engine/ids.ts';
import type { PageKind } from '../policy/notify.ts';
import type { CallEntry, Entry, FreezeEntry, PageEntry, ResumeEntry } from './entry.ts';
import { StageIncidents, stoodOf, type StageIncidentsJson, type Stood } from './stage-incidents.ts';
import type { StandingEntry } from './standing-entry.ts';

/**
 * How many pages may wait. A night without network and a few hundred held calls fit; beyond it a person has long stopped
 * reading one by one. What is over it is given up by a record that says so (see {@link Outbox.excess}), never silently.
 */
export const PAGES_MAX = 1_000;

/** How many given-up pages `status` still shows; the journal has them all. */
const ABANDONED_SHOWN = 20;

/** How much of a page's id is the hash of its cause: enough that two journals never share one. */
const ID_HASH_LENGTH = 12;

/** The record that a page tells of, without what no page shows. */
export type PageCause = FreezeEntry | ResumeEntry | HeldCall | Stood;

export type HeldCall = Pick<
  CallEntry,
  'kind' | 'at' | 'call' | 'agent' | 'task' | 'stage' | 'route' | 'effect' | 'upstream' | 'facts' | 'findings'
>;

/** A page that at least one channel has not got yet. */
export interface PendingPage {
  /** `page_17_9f86d081884c`: from its cause's place in the journal, so that a restart gives it no other name. */
  readonly id: string;
  readonly seq: number;
  readonly kind: PageKind;
  readonly agent: AgentId;
  /** The page that began it: of a freeze until the resume, of a demotion until a promotion; its own id for a held call. */
  readonly incident: string;
  /** Present where its incident ends with it. */
  readonly ends?: true;
  readonly cause: PageCause;
  /** Who has not got it, and how often each was tried. */
  readonly waiting: Readonly<Record<string, number>>;
}

/** Where an entry stands in the journal. */
export interface Place {
  readonly seq: number;
  readonly hash: string;
}

/** What `status` shows of the pages. */
export interface PagesState {
  readonly waiting: number;
  readonly pages: readonly {
    readonly page: string;
    readonly kind: PageKind;
    readonly agent: AgentId;
    readonly since: string;
    /** The channels that have not got it, and how often each was tried. */
    readonly attempts: Readonly<Record<string, number>>;
  }[];
  /** The last that were given up. */
  readonly abandoned: readonly Required<Pick<PageEntry, 'page' | 'channel' | 'attempt' | 'detail'>>[];
}

/**
 * What people are still to be told: a function of the journal's records alone.
 *
 * The record of a freeze, of a resume, of a held call or of an agent's new standing is itself the page that waits, for the
 * channels that the journal's last policy named; so nothing can come between an event and its page. A `page` record tells how an attempt went.
 */
export class Outbox {
  #channels: Readonly<Record<string, readonly PageKind[]>> = {};
  /** By agent: the page of the freeze that stands. As many as there are frozen agents. */
  readonly #incidents = new Map<AgentId, string>();
  readonly #stages = new StageIncidents();
  /** In the journal's order. */
  readonly #pages = new Map<string, PendingPage>();
  #abandoned: readonly PageEntry[] = [];
  #listener: (seq: number) => void = () => undefined;

  /** A record took its place in the journal. Must be told of every one, in order. */
  heard(entry: Entry, place: Place): void {
    switch (entry.kind) {
      case 'policy':
        this.#channels = entry.channels ?? {};
        return;
      case 'freeze':
        return this.#froze(entry, place);
      case 'resume':
        return this.#resumed(entry, place);
      case 'call':
        if (asks(entry)) this.#add('hold', { cause: heldOf(entry), incident: idOf(place) }, place);
        else if (entry.trips.length > 0) this.#tripped(entry, place);
        return;
      case 'standing':
        return this.#stood(entry, place);
      case 'page':
        return this.#tried(entry);
      default:
        return;
    }
  }

  /** Calls back, in the same step, whenever a page began to wait; `seq` is its cause's, which may not be durable yet. */
  listen(listener: (seq: number) => void): void {
    this.#listener = listener;
  }

  /** Whether it is on record that this promotion of an agent ends soon. */
  wasToldOfEnd(agent: AgentId, promotion: string): boolean {
    return this.#stages.wasTold(agent, promotion);
  }

  /** Of each agent that may claim anything: the record from which on whoever watches it has to read. */
  get grounds(): ReadonlyMap<AgentId, number> {
    return this.#stages.grounds;
  }

  /** Every page that waits, in the journal's order. */
  pending(): IterableIterator<PendingPage> {
    return this.#pages.values();
  }

  page(id: string): PendingPage | undefined {
    return this.#pages.get(id);
  }

  /** The pages beyond {@link PAGES_MAX}: held calls before freezes, and the oldest first. Whoever pages must give them up. */
  excess(): readonly PendingPage[] {
    const over = this.#pages.size - PAGES_MAX;
    if (over <= 0) return [];
    const pages = [...this.#pages.values()];
    return [...pages.filter(isHeld), ...pages.filter((page) => !isHeld(page))].slice(0, over);
  }

  state(): PagesState {
    const pages = [...this.#pages.values()].map(({ id, kind, agent, cause, waiting }) => ({
      page: id,
      kind,
      agent,
      since: new Date(cause.at).toISOString(),
      attempts: waiting,
    }));
    const abandoned = this.#abandoned.map(({ page, channel, attempt, detail = '' }) => ({
      page,
      channel,
      attempt,
      detail,
    }));
    return { waiting: pages.length, pages: pages.slice(0, ABANDONED_SHOWN), abandoned };
  }

  save(): OutboxJson {
    return {
      channels: this.#channels,
      incidents: [...this.#incidents],
      stages: this.#stages.save(),
      pages: [...this.#pages.values()],
      abandoned: this.#abandoned,
    };
  }

  static load({ channels, incidents, stages, pages, abandoned }: OutboxJson): Outbox {
    const loaded = new Outbox();
    loaded.#channels = channels;
    for (const [agent, incident] of incidents) loaded.#incidents.set(agent, incident);
    loaded.#stages.load(stages);
    for (const page of pages) loaded.#pages.set(page.id, page);
    loaded.#abandoned = abandoned;
    return loaded;
  }

  /**
   * The call's own record already stopped the agent. The freeze record that follows takes its place; where a crash came
   * between the two, this one is all that is left to tell of it.
   */
  #tripped(entry: CallEntry, place: Place): void {
    const freeze = freezeOf(entry);
    if (freeze === undefined || this.#incidents.has(entry.agent)) return;
    this.#incidents.set(entry.agent, idOf(place));
    this.#add('freeze', { cause: freeze, incident: idOf(place) }, place);
  }

  #froze(entry: FreezeEntry, place: Place): void {
    const standing = this.#incidents.get(entry.agent);
    const stopgap = standing === undefined ? undefined : this.#pages.get(standing)?.cause;
    const replaces = entry.call !== null && stopgap?.kind === 'freeze' && stopgap.call === entry.call;
    if (replaces && standing !== undefined) this.#pages.delete(standing);
    const incident = replaces || standing === undefined ? idOf(place) : standing;
    this.#incidents.set(entry.agent, incident);
    this.#add('freeze', { cause: bare(entry), incident }, place);
  }

  #resumed(entry: ResumeEntry, place: Place): void {
    const incident = this.#incidents.get(entry.agent) ?? idOf(place);
    this.#incidents.delete(entry.agent);
    this.#add('resume', { cause: bare(entry), incident, ends: true }, place);
  }

  #stood(entry: StandingEntry, place: Place): void {
    const { incident, ends } = this.#stages.stood(entry, place.seq, idOf(place));
    this.#add('stage', { cause: stoodOf(entry), incident, ...(ends && { ends }) }, place);
  }

  #add(kind: PageKind, told: Pick<PendingPage, 'cause' | 'incident' | 'ends'>, place: Place): void {
    const wanting = Object.entries(this.#channels).filter(([, on]) => on.includes(kind));
    if (wanting.length === 0) return;
    const id = idOf(place);
    const waiting = Object.fromEntries(wanting.map(([channel]) => [channel, 0]));
    this.#pages.set(id, { id, seq: place.seq, kind, agent: told.cause.agent, ...told, waiting });
    this.#listener(place.seq);
  }

  #tried(entry: PageEntry): void {
    const { page: id, channel, attempt, outcome } = entry;
    if (outcome === 'abandoned') this.#abandoned = [...this.#abandoned, entry].slice(-ABANDONED_SHOWN);
    const page = this.#pages.get(id);
    if (page === undefined || !Object.hasOwn(page.waiting, channel)) return;
    const { [channel]: _tried, ...others } = page.waiting;
    const waiting = outcome === 'failed' ? { ...page.waiting, [channel]: attempt } : others;
    if (Object.keys(waiting).length === 0) this.#pages.delete(id);
    else this.#pages.set(id, { ...page, waiting });
  }
}

export interface OutboxJson {
  readonly channels: Readonly<Record<string, readonly PageKind[]>>;
  readonly incidents: readonly (readonly [AgentId, string])[];
  readonly stages: StageIncidentsJson;
  readonly pages: readonly PendingPage[];
  readonly abandoned: readonly PageEntry[];
}

function idOf({ seq, hash }: Place): string {
  return `page_${seq}_${hash.slice(0, ID_HASH_LENGTH)}`;
}

function isHeld({ kind }: PendingPage): boolean {
  return kind === 'hold';
}

/** An entry without its place: the same whether it was heard when it was written or when it was read. */
function bare<E extends Entry>(entry: E & Partial<Place> & { readonly synced?: true }): E {
  const { seq: _seq, synced: _synced, hash: _hash, ...cause } = entry;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what was taken out is no part of an entry
  return cause as unknown as E;
}

/** A held call that is sent again while it waits names the first: it asks nothing new, however often an agent polls. */
function asks({ verdict, findings }: CallEntry): boolean {
  return verdict === 'hold' && findings.some(isNewQuestion);
}

function isNewQuestion(finding: CallEntry['findings'][number]): boolean {
  return typeof finding !== 'string' && finding.verdict === 'hold' && finding.earlier === undefined;
}

/** Bodies and headers stay in the journal: a page must not carry what they may hold. */
function heldOf(entry: CallEntry): HeldCall {
  const { kind, at, call, agent, task, stage, route, effect, upstream, facts } = entry;
  const findings = entry.findings.filter((finding) => typeof finding !== 'string');
  return { kind, at, call, agent, task, stage, route, effect, upstream, facts, findings };
}

/** The freeze that a call's own trip is. */
function freezeOf({ at, agent, call, trips, findings }: CallEntry): FreezeEntry | undefined {
  const [first] = trips;
  if (first === undefined) return undefined;
  const { trip, guard, rule, reason } = first;
  const found = findings.find((finding) => typeof finding !== 'string' && finding.rule === rule);
  const { observed, limit } = typeof found === 'object' ? found : {};
  const cause = {
    guard,
    rule,
    reason,
    ...(observed !== undefined && { observed }),
    ...(limit !== undefined && { limit }),
  };
  return { kind: 'freeze', at, agent, trip, by: `guard:${rule}`, reason, call, severed: [], cause };
}
