import type { Json } from '../../../../std/canonical-json.ts';
import { isNode, type Node, type OpenApiDocument } from '../../../../policy/openapi/document.ts';
import { listOf } from '../../../../policy/openapi/operations.ts';
import type { FieldForm } from '../../../world/world.ts';
import { merged } from './merged.ts';
import { scalarForm, typesOf, type Meanings } from './scalar.ts';

/** One field of a request, where it has no members of its own. */
export interface Leaf {
  readonly place: string;
  readonly form: FieldForm;
  readonly isRequired: boolean;
}

/** Documents describe trees, and some of them themselves. */
const DEPTH_MAX = 6;
/** A list without a bound of its own; as long as a bulk call needs to be seen as one. */
const MANY_MAX = 20;

/** An object of which no member is known, but which must be there. */
const EMPTY: FieldForm = { kind: 'choice', of: [{}] };

/** Reads the schemas of one operation into fields. */
export class Leaves {
  readonly #document: OpenApiDocument;
  readonly #meanings: Meanings;

  constructor(document: OpenApiDocument, meanings: Meanings) {
    this.#document = document;
    this.#meanings = meanings;
  }

  ofBody(schema: Json): readonly Leaf[] {
    const leaves = this.#of(schema, 'body', true, 0);
    // A body that is one value, or a list of them, has no place of its own.
    return leaves.filter(({ place }) => place !== 'body');
  }

  /** A list of one where it is a list: several of one name are no field of this form. */
  ofParameter(schema: Json, place: string, isRequired: boolean): readonly Leaf[] {
    return this.#of(schema, place, isRequired, 0).map(({ form: { many: _many, ...form }, ...leaf }) => ({
      ...leaf,
      form: form as FieldForm,
    }));
  }

  #of(schema: Json, place: string, isRequired: boolean, depth: number): readonly Leaf[] {
    if (depth > DEPTH_MAX) return [];
    const said = merged(this.#document, schema, this.#wantedIn(place));
    if (said.readOnly === true) return [];
    const types = typesOf(said);
    if (isNode(said.properties)) return this.#ofObject(said, place, isRequired, depth);
    if (types.has('array') || said.items !== undefined) return this.#ofList(said, place, isRequired, depth);
    if (types.has('object')) {
      // Free members: it has none that anybody needs, unless the policy reads one.
      return isRequired && place !== 'body' ? [{ place, form: EMPTY, isRequired }] : [];
    }
    return [
      { place, form: scalarForm(said, place, this.#meanings), isRequired: isRequired || this.#isDemanded(place) },
    ];
  }

  /**
   * An object that may be left out is whole or not there: one that needs several members comes only where the policy reads
   * in it, for fields are filled in one at a time.
   */
  #ofObject(said: Node, place: string, isRequired: boolean, depth: number): readonly Leaf[] {
    const required = new Set(listOf(said.required));
    const leaves = Object.entries(said.properties as Node).flatMap(([name, part]) =>
      // A dot in a name would be read as a step.
      name.includes('.') ? [] : this.#of(part, `${place}.${name}`, required.has(name), depth + 1),
    );
    if (isRequired || this.#isReadWithin(place)) {
      const [first, ...others] = leaves;
      if (place === 'body' || leaves.some((leaf) => leaf.isRequired)) return leaves;
      // It must be there, though no member of it: a form has no other way to say that it is.
      return first === undefined ? [{ place, form: EMPTY, isRequired }] : [{ ...first, isRequired: true }, ...others];
    }
    if (leaves.filter((leaf) => leaf.isRequired).length > 1) return [];
    return leaves.map((leaf) => ({ ...leaf, isRequired: false }));
  }

  #ofList(said: Node, place: string, isRequired: boolean, depth: number): readonly Leaf[] {
    const most = typeof said.maxItems === 'number' ? Math.min(said.maxItems, MANY_MAX) : MANY_MAX;
    const items = this.#of(said.items ?? {}, `${place}.0`, true, depth + 1);
    const [only] = items;
    if (items.length !== 1 || only?.place !== `${place}.0`) {
      const isWhole = isRequired || this.#isReadWithin(place) || items.filter((leaf) => leaf.isRequired).length <= 1;
      return isWhole ? items.map((leaf) => ({ ...leaf, isRequired: isRequired && leaf.isRequired })) : [];
    }
    // Words that nobody lists are a language of the API's own (`expand`): one of them at random is refused.
    if (!isRequired && only.form.kind === 'text' && !this.#isDemanded(place)) return [];
    const own = this.#meanings.derived[place];
    const form = own?.kind === 'id' ? own : only.form;
    return [{ place, form: { ...form, many: most }, isRequired: isRequired || this.#isDemanded(place) }];
  }

  /** Subjects and what conditions demand; that an amount may be left out is for the document to say. */
  #isDemanded(place: string): boolean {
    const own = this.#meanings.derived[place];
    return own !== undefined && own.optional !== true && own.kind !== 'amount' && own.kind !== 'currency';
  }

  #isReadWithin(place: string): boolean {
    const { derived } = this.#meanings;
    return Object.keys(derived).some((other) => other.startsWith(`${place}.`) && derived[other]?.optional !== true);
  }

  /** The members right under a place that the policy reads something at. */
  #wantedIn(place: string): ReadonlySet<string> {
    const places = Object.keys(this.#meanings.derived).filter((other) => other.startsWith(`${place}.`));
    return new Set(places.map((other) => other.slice(place.length + 1).split('.')[0] ?? ''));
  }
}
