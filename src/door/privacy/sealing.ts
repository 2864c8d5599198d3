import type { Json } from '../../std/canonical-json.ts';
import type { Call } from '../../engine/call.ts';
import type { Decision, Finding } from '../../engine/decision.ts';
import type { AnswerFacts } from '../../engine/event.ts';
import type { FactViews, RequestFacts } from '../../engine/facts.ts';
import type { Request, Route } from '../../engine/policy.ts';
import { SEALED, type Sealant } from '../../journal/index.ts';
import { covers, type RoutePrivacy, type Steps } from '../../policy/index.ts';
import type { OpaqueBody } from '../normal/body.ts';
import { jsonSpans, type Span } from './json-spans.ts';
import { replacedInPairs } from './pairs.ts';
import { personIn, subjectOf } from './person.ts';
import { viewsOf } from './views.ts';

/** What is known of the call whose data is sealed. */
export interface Sealable {
  readonly plan: RoutePrivacy;
  readonly route: Route | undefined;
  readonly request: Request;
  /** Whose data the request holds. */
  readonly person: string;
  /** Whether what provenance rules compare is personal data somewhere in the policy. */
  readonly values: boolean;
}

/** An answer as it went by: as much of its text as is kept, all of it, and as JSON. */
export interface HeardAnswer {
  /** `null`: none is kept. */
  readonly text: string | null;
  /** All of it; `undefined` where it broke off, or is too long to be looked into. */
  readonly whole: string | undefined;
  /** `undefined`: it is no JSON. */
  readonly body: Json | undefined;
}

/** The texts of a request. */
export interface RequestTexts {
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** In place of a body that nobody reads. */
  readonly opaque?: OpaqueBody;
}

/**
 * One call's personal data on its way into the journal: what stands for it there, and the way back for the agent, which
 * knows its own data and must understand what it is told.
 */
export class Sealing {
  readonly views: FactViews;
  readonly #of: Sealable;
  readonly #vault: Sealant;
  /** What stands for what, of all that a decision on this call can say. */
  readonly #clear = new Map<string, string>();

  constructor(of: Sealable, vault: Sealant) {
    this.#of = of;
    this.#vault = vault;
    this.views = viewsOf(of.request, of.plan.pseudonyms, (value, canonical) => this.#pseudonym(value, canonical));
  }

  /** Whether the whole answer has to be heard to know what of it to seal. */
  get readsAnswer(): boolean {
    const { answer, person } = this.#of.plan;
    return answer !== 'all'
      ? answer.length > 0
      : person?.some((part) => typeof part !== 'string' && part.kind === 'answer') === true;
  }

  /** A digest that nobody without the vault can test a guess against; `undefined` where the request holds nothing to guess. */
  get digest(): ((text: string | Buffer) => string) | undefined {
    const { body, query, segments } = this.#of.plan;
    const isPersonal = isSome(body) || isSome(query) || segments === 'all' || segments.size > 0;
    return isPersonal ? (text) => this.#vault.fingerprint('call', text) : undefined;
  }

  /** The same for its headers. */
  get headersDigest(): ((text: string) => string) | undefined {
    return this.#of.plan.headers.size === 0 ? undefined : (text) => this.#vault.fingerprint('headers', text);
  }

  /** The facts as they may be kept: a fault must not tell a name that an agent made of a person's. */
  requestFacts(facts: RequestFacts): RequestFacts {
    const { body, query } = this.#of.plan;
    const { particulars } = facts;
    if (particulars === null || particulars.shape.length === 0 || (body !== 'all' && query !== 'all')) return facts;
    const seal = (name: string): string => this.#remember(this.#vault.seal(this.#of.person, name), name);
    const isWhole = (fault: string): boolean => (fault.startsWith('body.') ? body === 'all' : query === 'all');
    const shape = particulars.shape.map((fault) => (isWhole(fault) ? nameless(fault, seal) : fault));
    return { ...facts, particulars: { ...particulars, shape } };
  }

  /** The request as the journal keeps it. */
  request({ target, headers, body, opaque }: RequestTexts): RequestTexts {
    const texts = { target: this.#target(target), headers: this.#headers(headers), body: this.#body(body, headers) };
    return opaque === undefined ? texts : { ...texts, opaque: this.#opaque(opaque) };
  }

  /** The answer's text and what rules take from it, as the journal keeps them. */
  answered(heard: HeardAnswer, facts: AnswerFacts): { readonly text: string | null; readonly facts: AnswerFacts } {
    const { plan, values } = this.#of;
    const { contract } = facts;
    const whose = this.#personIn(heard.body, []);
    const pseudonym = (value: string): string => this.#vault.pseudonym(whose, value, value);
    const kept = {
      ...facts,
      contract: plan.answer === 'all' && contract !== null ? contract.map((one) => nameless(one, pseudonym)) : contract,
      values: values
        ? Object.fromEntries(Object.entries(facts.values).map(([name, all]) => [name, all.map(pseudonym)]))
        : facts.values,
    };
    return { text: this.#text(heard, whose), facts: kept };
  }

  /** The call and the decision on it as its agent is told of them: in its own words. */
  told(call: Call, decision: Decision): { readonly call: Call; readonly decision: Decision } {
    if (this.#clear.size === 0) return { call, decision };
    const { route, request } = this.#of;
    const told = (finding: Finding): Finding => this.#toldFinding(finding);
    return {
      call: call.subject === null ? call : { ...call, subject: subjectOf(route, request) },
      decision: { ...decision, decisive: told(decision.decisive), findings: decision.findings.map(told) },
    };
  }

  #toldFinding(finding: Finding): Finding {
    const clear = (text: string): string => text.replaceAll(SEALED, (token) => this.#clear.get(token) ?? token);
    const { observed, hint, remedy } = finding;
    return {
      ...finding,
      ...(observed !== undefined && { observed: clear(observed) }),
      ...(hint !== undefined && { hint: clear(hint) }),
      ...(remedy?.kind === 'fields' && { remedy: { ...remedy, faults: remedy.faults.map(clear) } }),
    };
  }

  #text({ text, whole, body }: HeardAnswer, whose: string): string | null {
    const { answer } = this.#of.plan;
    if (text === null || text === '' || !isSome(answer)) return text;
    // What cannot be looked into is sealed whole: nobody knows what it holds.
    if (answer === 'all' || whole === undefined || body === undefined) return this.#vault.seal(whose, text);
    const spans = spansIn(whole, this.#within(answer));
    if (spans === undefined) return this.#vault.seal(whose, text);
    const kept = spans.filter(({ start }) => start < text.length);
    return replaced(whole, kept, text.length, ({ path }, value) =>
      this.#vault.seal(this.#personIn(body, path), value, 'json'),
    );
  }

  #target(target: string): string {
    const { query, segments } = this.#of.plan;
    const { person } = this.#of;
    if (segments === 'all') return `/${this.#vault.seal(person, target.slice(1))}`;
    const mark = target.indexOf('?');
    let path = mark === -1 ? target : target.slice(0, mark);
    if (segments.size > 0) {
      const seal = (raw: string, index: number): string =>
        segments.has(index - 1) ? this.#vault.seal(person, raw) : raw;
      path = path.split('/').map(seal).join('/');
    }
    if (mark === -1) return path;
    const search = target.slice(mark + 1);
    if (query !== 'all' && query.length === 0) return `${path}?${search}`;
    return `${path}?${replacedInPairs(search, this.#within(query), (raw) => this.#vault.seal(person, raw))}`;
  }

  #headers(headers: RequestTexts['headers']): RequestTexts['headers'] {
    const { plan, person } = this.#of;
    if (plan.headers.size === 0) return headers;
    return Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name,
        plan.headers.has(name) ? this.#vault.seal(person, value) : value,
      ]),
    );
  }

  #body(body: string | null, headers: RequestTexts['headers']): string | null {
    const { plan, person } = this.#of;
    if (body === null || body === '' || (plan.body !== 'all' && plan.body.length === 0)) return body;
    if (plan.body === 'all') return this.#vault.seal(person, body);
    const wanted = this.#within(plan.body);
    if (FORM.test(headers['content-type'] ?? ''))
      return replacedInPairs(body, wanted, (raw) => this.#vault.seal(person, raw));
    return replaced(body, jsonSpans(body, wanted), body.length, (_span, value) =>
      this.#vault.seal(person, value, 'json'),
    );
  }

  /** A digest without a salt can be guessed at. */
  #opaque({ bytes, sha256 }: OpaqueBody): OpaqueBody {
    const { plan, person } = this.#of;
    return { bytes, sha256: isSome(plan.body) ? this.#vault.seal(person, sha256) : sha256 };
  }

  #within(places: 'all' | readonly Steps[]): (path: Steps) => boolean {
    return (path) => places === 'all' || places.some((steps) => covers(steps, path));
  }

  #personIn(body: Json | undefined, path: Steps): string {
    const { plan, request, person } = this.#of;
    return (plan.person && personIn(plan.person, request, body, path)) ?? person;
  }

  #pseudonym(value: string, canonical: string): string {
    return this.#remember(this.#vault.pseudonym(this.#of.person, value, canonical), value);
  }

  #remember(sealed: string, clear: string): string {
    this.#clear.set(sealed, clear);
    return sealed;
  }
}

/** `undefined`: it is nested deeper than anybody could look. */
function spansIn(text: string, wanted: (path: Steps) => boolean): readonly Span[] | undefined {
  try {
    return jsonSpans(text, wanted);
  } catch {
    return undefined;
  }
}

const FORM = /^application\/x-www-form-urlencoded/i;
const UNKNOWN = ': is not known';
function isSome(places: 'all' | readonly Steps[]): boolean {
  return places === 'all' || places.length > 0;
}

/** `body.anna@example.com: is not known` names a member that no document describes; the rest of a fault is the document's. */
function nameless(fault: string, seal: (name: string) => string): string {
  const end = fault.lastIndexOf(UNKNOWN);
  const start = fault.indexOf('.') + 1;
  return end <= start ? fault : fault.slice(0, start) + seal(fault.slice(start, end)) + fault.slice(end);
}

/** The first `length` characters of a JSON text, with the spans replaced by strings; a span across the end goes whole. */
function replaced(
  text: string,
  spans: readonly Span[],
  length: number,
  seal: (span: Span, value: string) => string,
): string {
  let done = '';
  let at = 0;
  for (const span of spans) {
    done += `${text.slice(at, span.start)}"${seal(span, text.slice(span.start, span.end))}"`;
    at = span.end;
  }
  return done + (at < length ? text.slice(at, length) : '');
}
