import type { Json } from '../../../std/canonical-json.ts';
import type { Currency } from '../../../std/money.ts';
import type { RouteId, UpstreamId } from '../../../engine/ids.ts';
import type { Effect } from '../../../engine/call.ts';
import type { Route } from '../../../engine/policy.ts';
import type { LoadedPolicy } from '../../../policy/index.ts';
import type { FieldForm, OperationForm } from '../../world/world.ts';
import type { Field } from '../../probe/field.ts';
import type { Operation } from '../ground.ts';
import { derivedFields, type Kinds } from './derived.ts';
import { describedForms } from './described.ts';
import { conditionsOn, demands, placeOf, subjectPlaces, writtenRoute } from './written.ts';

type Ids = Readonly<Record<string, readonly string[]>>;

/**
 * Everything an agent could try. What a world says of its operation counts, else what an OpenAPI document says of the route;
 * what only the policy reads is added to it as fields that may be left out, for a rule that looks where the business does not
 * is a hole to be found.
 */
export function operationsOf(
  { loaded, worlds }: Field,
  ids: Ids,
  currencies: readonly Currency[],
): readonly Operation[] {
  const kinds: Kinds = new Set(Object.keys(ids));
  const forms = [...worlds].flatMap(([upstream, { definition }]) =>
    (definition.operations ?? []).map((form) => ({ upstream: upstream as UpstreamId, form, path: pathOf(form) })),
  );
  const make = (route: Route | null, upstream: string, form: OperationForm, known: boolean): Operation =>
    operation(
      loaded,
      route,
      upstream,
      form,
      known,
      route === null ? {} : derivedFields(loaded, route, kinds, currencies),
    );

  const found = new Set<RouteId>();
  const ofWorlds = forms.map(({ upstream, form, path }) => {
    const segments = path.segments.map((segment) => sampleOf(segment, form, ids));
    // Which route that is asks the router itself: a pattern that takes in more than its author meant is seen here.
    const route = loaded.match(upstream, path.method, segments)?.route ?? null;
    if (route !== null) found.add(route.id);
    return make(route, upstream, form, true);
  });
  const others = [...loaded.policy.routes.values()].filter(({ id }) => !found.has(id));
  const ofPolicy = others.flatMap((route) => {
    const near = forms.find(({ upstream, path }) => upstream === route.upstream && isWithin(route, path));
    const described = near === undefined ? describedForms(loaded, route, kinds, currencies) : [];
    if (described.length > 0) return described.map((form) => make(route, route.upstream, form, true));
    const form = narrowed(route, near?.form, near?.path.segments ?? []);
    const made = make(route, route.upstream, form, near !== undefined);
    const isUntold = near === undefined && Object.keys(made.fields).some((place) => place.startsWith('body.'));
    // Where nobody says how its body is written, both ways are tried.
    return isUntold ? [made, { ...made, encoding: 'form' as const }] : [made];
  });
  return [...ofPolicy, ...ofWorlds].sort(byRoute(loaded));
}

interface Path {
  readonly method: string;
  readonly segments: readonly string[];
}

function pathOf({ operation: text }: Pick<OperationForm, 'operation'>): Path {
  const [method = '', path = ''] = text.split(' ');
  return { method, segments: path === '/' ? [] : path.slice(1).split('/') };
}

/** `{id}` → `id` */
function parameterOf(segment: string): string | undefined {
  return /^\{(.*)\}$/.exec(segment)?.[1];
}

function sampleOf(segment: string, { fields }: OperationForm, ids: Ids): string {
  const name = parameterOf(segment);
  if (name === undefined) return segment;
  const field = fields[name];
  return (field?.kind === 'id' ? ids[field.of]?.[0] : undefined) ?? 'x';
}

/** Whether every path of the route is one of the world's operation too. */
function isWithin({ method, template }: Route, path: Path): boolean {
  const own = pathOf({ operation: `${method} ${template}` });
  if (own.method !== path.method || own.segments.length !== path.segments.length) return false;
  return path.segments.every((segment, index) => parameterOf(segment) !== undefined || segment === own.segments[index]);
}

/** The world's operation in the route's words: its path, without the parameters that it fixes. */
function narrowed(
  { method, template, effect }: Route,
  form: OperationForm | undefined,
  segments: readonly string[],
): OperationForm {
  const operation = `${method} ${template}`;
  if (form === undefined) return { operation, effect, fields: {} };
  const own = pathOf({ operation }).segments;
  const names = new Map(segments.flatMap((segment, index) => [[parameterOf(segment), parameterOf(own[index] ?? '')]]));
  const fields = Object.entries(form.fields).flatMap(([place, field]): [string, FieldForm][] => {
    if (!names.has(place)) return [[place, field]];
    const name = names.get(place);
    return name === undefined ? [] : [[name, field]];
  });
  return { ...form, operation, fields: Object.fromEntries(fields) };
}

function operation(
  loaded: LoadedPolicy,
  route: Route | null,
  upstream: string,
  form: OperationForm,
  known: boolean,
  derived: Readonly<Record<string, FieldForm>>,
): Operation {
  const [method = '', template = ''] = form.operation.split(' ');
  const renamed = route === null ? (place: string) => place : renaming(route, template);
  const fields: Record<string, FieldForm> = { ...form.fields };
  const conditions = route === null ? [] : conditionsOn(loaded, route.id);
  for (const [place, field] of Object.entries(derived)) {
    const own = renamed(place);
    if (own === undefined) continue;
    const stands = fields[own];
    // A world that knows its fields may refuse others, unless no call is allowed without. Of its own it is sent what a rule needs.
    const isOptional = known && isInMessage(own) && !conditions.some((text) => demands(text, place));
    if (stands === undefined) fields[own] = isOptional ? { ...field, optional: true } : field;
    else if (field.kind === 'id' || field.kind === 'text') fields[own] = needed(stands, field);
    else if (field.kind === 'choice') fields[own] = alsoOf(stands, field.of);
  }
  const first = (kind: FieldForm['kind']): string | undefined =>
    Object.keys(fields).find((place) => fields[place]?.kind === kind);
  const written = route === null ? undefined : writtenRoute(loaded, route.id);
  const subjects = written === undefined ? [] : subjectPlaces(written);
  const price = route === null ? undefined : loaded.prices.get(route.id);
  const at = (text: string | undefined): string | undefined => {
    const place = placeOf(text);
    return place === undefined ? undefined : renamed(place);
  };
  return {
    route,
    allowed: [...loaded.policy.agents.values()].filter(({ allow }) => allow.some((one) => one.route === route?.id)),
    effect: graver(route?.effect ?? form.effect, form.effect),
    upstream,
    method,
    template,
    encoding: form.encoding ?? 'json',
    fields,
    subjectAt: subjects.length === 1 ? renamed(subjects[0]?.place ?? '') : undefined,
    amountAt: at(price?.field) ?? first('amount'),
    currencyAt:
      (written?.amount?.currency === undefined ? undefined : at(currencyField(written.amount.currency))) ??
      first('currency'),
    price,
  };
}

/** As the world has it, and not left out where the policy's own reading does not leave it out. */
function needed({ optional, ...stands }: FieldForm, derived: FieldForm): FieldForm {
  return optional === true && derived.optional === true ? { ...stands, optional } : stands;
}

/** Headers hurt none. */
function isInMessage(place: string): boolean {
  return /^(?:body|query)\./.test(place);
}

/** What a condition compares it with first: there it makes a difference for sure. */
function alsoOf(field: FieldForm, literals: readonly Json[]): FieldForm {
  if (field.kind === 'choice') return { ...field, of: [...new Set([...literals, ...field.of])] };
  const { optional, many } = field;
  if (field.kind !== 'text') return field;
  return {
    kind: 'choice',
    of: [...literals, field.like],
    ...(optional && { optional }),
    ...(many !== undefined && { many }),
  };
}

/** What it truly does, where its author called it less. */
function graver(said: Effect, known: Effect): Effect {
  return GRAVITY.indexOf(known) > GRAVITY.indexOf(said) ? known : said;
}

const GRAVITY: readonly Effect[] = ['read', 'write', 'destructive', 'money'];

/** A currency is named outright or read off a field. */
function currencyField(text: string): string | undefined {
  return text.includes('.') ? text : undefined;
}

/** What stands where a route's place stands, in a template of the same length; `undefined` where that is no parameter. */
function renaming(route: Route, template: string): (place: string) => string | undefined {
  const own = route.template.split('/');
  const other = template.split('/');
  const names = new Map(
    own.flatMap((segment, index) => {
      const name = parameterOf(segment);
      return name === undefined ? [] : [[name, parameterOf(other[index] ?? '')]];
    }),
  );
  return (place) => (names.has(place) ? names.get(place) : place);
}

/** As the policy lists its routes; what it has no route for stands last. */
function byRoute({ policy }: LoadedPolicy): (a: Operation, b: Operation) => number {
  const places = new Map([...policy.routes.keys()].map((id, index) => [id, index]));
  const place = ({ route }: Operation): number => (route === null ? places.size : (places.get(route.id) ?? 0));
  return (a, b) => place(a) - place(b);
}
