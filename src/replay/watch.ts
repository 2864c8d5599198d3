import type { Agent, Condition, Policy, Request, Route } from '../engine/policy.ts';
import type { RouteId } from '../engine/ids.ts';

/** What the journal keeps in place of personal data: nobody may take it for the value. */
const SEALED_TEXT = /sealed_[A-Za-z0-9_-]{43}|pseudonym_[0-9a-f]{32}/;

/** Whether a text has something sealed in it. */
export function holdsSealed(text: string): boolean {
  return (text.includes('sealed_') || text.includes('pseudonym_')) && SEALED_TEXT.test(text);
}

/**
 * A policy whose readers can be told from outside what they looked at: which of them came upon a sealed value, and so read
 * something that is not what the agent sent.
 */
export class Watch {
  readonly policy: Policy;
  /** Set while a request is read that holds something sealed; costs nothing otherwise. */
  active = false;
  readonly #touched = new Set<string>();

  constructor(policy: Policy) {
    this.policy = {
      ...policy,
      routes: new Map([...policy.routes].map(([id, route]): [RouteId, Route] => [id, this.#route(route)])),
      agents: new Map([...policy.agents].map(([id, agent]) => [id, this.#agent(agent)])),
    };
  }

  begin(active: boolean): void {
    this.active = active;
    this.#touched.clear();
  }

  /** Whether the reader of this name came upon a sealed value: a rule's id, or `subject`, `amount`, `items`, `shape`. */
  touched(name: string): boolean {
    return this.#touched.has(name);
  }

  #route(route: Route): Route {
    const { subject, amount, items, shape } = route;
    return {
      ...route,
      subject: subject && ((request) => this.#watched('subject', request, subject)),
      amount: amount && ((request) => this.#watched('amount', request, amount)),
      items: items && ((request) => this.#watched('items', request, items)),
      shape: shape && ((request) => this.#watched('shape', request, shape)),
    };
  }

  #agent(agent: Agent): Agent {
    const { allow, rules } = agent;
    return {
      ...agent,
      allow: allow.map((one) => (one.when === undefined ? one : { ...one, when: this.#condition(one.rule, one.when) })),
      rules: {
        ...rules,
        provenance: rules.provenance.map((rule) => ({
          ...rule,
          read: (request) => this.#watched(rule.rule, request, rule.read),
        })),
        segment: rules.segment.map((rule) => {
          const { key } = rule;
          return key === 'subject' ? rule : { ...rule, key: (request) => this.#watched(rule.rule, request, key) };
        }),
      },
    };
  }

  #condition(name: string, when: Condition): Condition {
    return { ...when, test: (request, context) => this.#watched(name, request, (seen) => when.test(seen, context)) };
  }

  #watched<Value>(name: string, request: Request, read: (request: Request) => Value): Value {
    if (!this.active) return read(request);
    return read(watched(request, () => this.#touched.add(name)) as Request);
  }
}

/** The same object, telling whenever a sealed text is taken out of it. */
function watched(value: unknown, tell: () => void): unknown {
  if (typeof value === 'string') {
    if (holdsSealed(value)) tell();
    return value;
  }
  if (typeof value !== 'object' || value === null) return value;
  return new Proxy(value, {
    get: (target, name, receiver) => watched(Reflect.get(target, name, receiver), tell),
    getOwnPropertyDescriptor: (target, name) => {
      const found = Reflect.getOwnPropertyDescriptor(target, name);
      if (found !== undefined && typeof found.value === 'string') watched(found.value, tell);
      return found;
    },
  });
}
