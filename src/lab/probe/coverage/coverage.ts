import type { Instant } from '../../../std/clock.ts';
import type { Call } from '../../../engine/call.ts';
import type { Decision } from '../../../engine/decision.ts';
import type { Effectiveness, Freeze } from '../../../engine/event.ts';
import type { RouteId } from '../../../engine/ids.ts';
import type { RouteSet } from '../../../engine/policy.ts';
import type { Ground } from '../../adversaries/ground.ts';
import type { Fault } from '../../world/faults.ts';
import { operation } from '../../world/operation.ts';
import type { ProbeRequest } from '../course.ts';
import type { Watcher } from '../watcher.ts';
import { Catalogue, type Item, Tally } from './catalogue.ts';
import { type Edge, edgesOf } from './edges.ts';
import { catalogueFaults, faultName, type FaultName } from './faults.ts';
import { Spoken } from './spoken.ts';

/** What a search of one policy has reached, of all that it could. Every call passes through here: numbers, and no texts. */
export class Coverage implements Watcher {
  readonly tally: Tally;
  readonly #spoken: Spoken;
  readonly #edges: readonly Edge[];
  readonly #faults: ReadonlyMap<FaultName, Item>;
  readonly #routes = new Map<RouteId, { readonly called: Item; readonly through: Item }>();
  readonly #unrouted: { readonly upstream: string; readonly matches: Matches; readonly item: Item }[] = [];
  readonly #restarts: { readonly idle: Item; readonly busy: Item };
  readonly #endings: Readonly<Record<Effectiveness, Item>>;
  readonly #unreadable: Item;
  readonly #approved: Item | undefined;

  constructor({ loaded: { policy }, operations, starts }: Ground, onNew: (item: Item) => void) {
    const catalogue = new Catalogue();
    this.#spoken = new Spoken(policy, catalogue);
    for (const id of policy.routes.keys()) {
      const its = new Set([id]);
      this.#routes.set(id, {
        called: catalogue.add('routes', `${id} was called`, 'no adversary called it; a longer search may', its),
        through: catalogue.add(
          'routes',
          `${id} was let through`,
          'each of its calls was stopped, or none was made',
          its,
        ),
      });
    }
    for (const { route, upstream, method, template } of operations) {
      if (route !== null) continue;
      const { match, text } = operation(`${method} ${template}`);
      const item = catalogue.add('operations', `${text}, which has no route, was tried`, 'no adversary called it');
      this.#unrouted.push({ upstream, matches: (verb, path) => match(verb, path) !== undefined, item });
    }
    this.#faults = catalogueFaults(catalogue);
    this.#restarts = {
      idle: catalogue.add('restarts', 'the door restarted with nothing under way', 'no run restarted it'),
      busy: catalogue.add('restarts', 'the door restarted with calls under way', 'no call was under way at a restart'),
    };
    this.#endings = {
      effective: catalogue.add('endings', 'a call took effect', 'no call was let through to its end'),
      ineffective: catalogue.add('endings', 'a call surely took none', 'no business refused a call'),
      unknown: catalogue.add('endings', 'nobody saw how a call ended', 'no fault hid an outcome'),
    };
    this.#unreadable = catalogue.add('endings', 'a request was refused unread', 'every request had one reading');
    const holds = [...policy.agents.values()].some(({ rules }) => rules.approval.length > 0);
    this.#approved = holds
      ? catalogue.add('endings', 'a call that a human approved was let through', 'none was approved and sent again')
      : undefined;
    this.#edges = edgesOf(policy, starts[0] ?? 0, catalogue);
    this.tally = new Tally(catalogue, onNew);
  }

  /** The routes of what was not reached yet, where it is about routes. */
  unreached(): readonly RouteSet[] {
    return this.tally.catalogue.entries.flatMap(({ routes }, item) =>
      routes === undefined || this.tally.times(item) > 0 ? [] : [routes],
    );
  }

  /** A new run: what lies near an edge is counted within one. */
  begin(): void {
    for (const edge of this.#edges) edge.begin();
  }

  decided(call: Call, decision: Decision, request: ProbeRequest | undefined): void {
    const { tally } = this;
    const admitted = decision.verdict === 'allow';
    this.#spoken.decided(decision, tally);
    for (const edge of this.#edges) edge.see(call, admitted, tally);
    const route = this.#routes.get(call.route);
    if (route === undefined) return this.#offTheMap(request);
    tally.hit(route.called);
    if (admitted) tally.hit(route.through);
    if (this.#approved !== undefined && decision.approval !== undefined) tally.hit(this.#approved);
  }

  refused(_at: Instant, _reason: string, request: ProbeRequest): void {
    this.tally.hit(this.#unreadable);
    this.#offTheMap(request);
  }

  arrived(_call: Call, fault: Fault | undefined): void {
    if (fault === undefined) return;
    const name = faultName(fault);
    const item = name === undefined ? undefined : this.#faults.get(name);
    if (item !== undefined) this.tally.hit(item);
  }

  ended(_call: Call, _at: Instant, effectiveness: Effectiveness): void {
    this.tally.hit(this.#endings[effectiveness]);
  }

  frozen(freeze: Freeze): void {
    this.#spoken.frozen(freeze, this.tally);
  }

  restarted(_at: Instant, underWay: number): void {
    this.tally.hit(underWay === 0 ? this.#restarts.idle : this.#restarts.busy);
  }

  /** A request that is none of the policy's routes: which of the world's operations it is. */
  #offTheMap(request: ProbeRequest | undefined): void {
    if (request === undefined || this.#unrouted.length === 0) return;
    const [path = ''] = request.target.split('?', 1);
    const found = this.#unrouted.find(
      ({ upstream, matches }) => upstream === request.upstream && matches(request.method, path),
    );
    if (found !== undefined) this.tally.hit(found.item);
  }
}

type Matches = (method: string, path: string) => boolean;
