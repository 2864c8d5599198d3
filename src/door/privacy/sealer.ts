import type { CallId, UpstreamId } from '../../engine/ids.ts';
import type { Request, Route } from '../../engine/policy.ts';
import type { Sealant } from '../../journal/index.ts';
import { UNROUTED_PRIVACY, type LoadedPolicy, type Privacy } from '../../policy/index.ts';
import { personOf } from './person.ts';
import { Sealing } from './sealing.ts';

/** Calls whose person is remembered, for notes that name them. With one more the oldest goes. */
export const PEOPLE_MAX = 10_000;

/** What is known of a call when its facts are read. */
export interface Arriving {
  readonly call: CallId;
  readonly upstream: UpstreamId;
  readonly route: Route | undefined;
  readonly request: Request;
}

/** Stands where personal data enters: says for each call what of it must not be written down, and as whose. */
export class Sealer {
  readonly #privacy: Privacy;
  readonly #vault: Sealant;
  readonly #people: Map<CallId, string>;
  /** The segments that paths have by the policy itself: whatever else stands in a path is data. */
  readonly #words: ReadonlySet<string>;

  constructor({ policy, privacy, upstreams }: LoadedPolicy, vault: Sealant, people = new Map<CallId, string>()) {
    this.#people = people;
    this.#privacy = privacy;
    this.#words = new Set([
      ...upstreams.keys(),
      ...[...policy.routes.values()].flatMap(({ template }) => template.split('/')),
    ]);
    this.#vault = vault;
  }

  /** The same under another policy, with the people that calls were about so far: notes may still come. */
  under(policy: LoadedPolicy): Sealer {
    return new Sealer(policy, this.#vault, this.#people);
  }

  /** `undefined` where a call carries no personal data that the policy knows of: most, and it must cost them nothing. */
  begin({ call, upstream, route, request }: Arriving): Sealing | undefined {
    const { routes, upstreams, values } = this.#privacy;
    const unrouted = route === undefined && upstreams.has(upstream) ? UNROUTED_PRIVACY : undefined;
    const plan = route === undefined ? unrouted : routes.get(route.id);
    if (plan === undefined) return undefined;
    const person = personOf(plan.person, request, route, call);
    const [oldest] = this.#people.keys();
    if (this.#people.size >= PEOPLE_MAX && oldest !== undefined) this.#people.delete(oldest);
    this.#people.set(call, person);
    return new Sealing({ plan, route, request, person, values }, this.#vault);
  }

  /** What a grant declares, as rules compare it. */
  declared(values: Readonly<Record<string, readonly string[]>>): Readonly<Record<string, readonly string[]>> {
    if (!this.#privacy.values) return values;
    const kept = (value: string): string => this.#vault.pseudonym('', value, value);
    return Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all.map(kept)]));
  }

  /** The path of a request that never became a call, so that nobody knows what it holds: `/v1/customers/…`. */
  path(path: string): string {
    if (this.#privacy.routes.size === 0) return path;
    return path
      .split('/')
      .map((segment) => (this.#words.has(segment) ? segment : '…'))
      .join('/');
  }

  /** What an agent writes in its own words may name anybody. It is kept as of the person whose call it is about. */
  note(text: string, about: CallId | null): string {
    if (this.#privacy.routes.size === 0) return text;
    return about === null ? this.#vault.sealAlone(text) : this.#vault.seal(this.#people.get(about) ?? about, text);
  }
}
