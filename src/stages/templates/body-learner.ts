import type { Json } from '../../std/canonical-json.ts';
import { pointerOf, type FieldTemplate } from '../../policy/index.ts';
import { isObject, memberOf } from '../json.ts';
import { FieldLearner, type Discretion, type Sight } from './field-learner.ts';

/** More places in the answers of one route are no form, but data. */
const PLACES_MAX = 2_000;
const DEPTH_MAX = 12;

interface Place {
  readonly path: readonly string[];
  readonly whole: FieldLearner;
  readonly members: Map<string, Place>;
  /** Whether every value there was an object. */
  isObject: boolean;
}

/** Learns the form of one route's answers, field by field. */
export class BodyLearner {
  readonly #root: Place = newPlace([]);
  #places = 0;
  #count = 0;

  see(body: Json, sight: Sight): void {
    this.#count += 1;
    this.#see(this.#root, body, sight, 0);
  }

  #see(place: Place, value: Json, sight: Sight, depth: number): void {
    if (depth > 0) place.whole.see(value, sight);
    if (!isObject(value) || depth >= DEPTH_MAX) {
      place.isObject = false;
      return;
    }
    for (const [name, inner] of Object.entries(value)) {
      let member = place.members.get(name);
      if (member === undefined) {
        if (this.#places >= PLACES_MAX) continue;
        this.#places += 1;
        place.members.set(name, (member = newPlace([...place.path, name])));
      }
      this.#see(member, inner, { ...sight, before: memberOf(sight.before, name) }, depth + 1);
    }
  }

  /** The template of its fields, by pointer, in order; `undefined`: not all answers were objects. */
  template(discretion: Discretion): Readonly<Record<string, FieldTemplate>> | undefined {
    if (!this.#root.isObject) return undefined;
    const fields: [string, FieldTemplate][] = [];
    this.#visit(this.#root, this.#count, discretion, fields);
    return Object.fromEntries(fields.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  #visit(place: Place, count: number, discretion: Discretion, fields: [string, FieldTemplate][]): void {
    for (const member of place.members.values()) {
      const { whole, path, members } = member;
      // A name that few sessions saw may be data: a map by e-mail address.
      if (whole.sessions.size < discretion.sessionsMin) continue;
      const isOptional = whole.count < count;
      const found = whole.template(discretion);
      const isWhole = found.from === 'request' || found.from === 'constant' || found.from === 'item';
      if (!isWhole && member.isObject && members.size > 0)
        this.#visit(member, isOptional ? count : whole.count, discretion, fields);
      else fields.push([pointerOf(path), isOptional ? { ...found, optional: true } : found]);
    }
  }
}

function newPlace(path: readonly string[]): Place {
  return { path, whole: new FieldLearner(path), members: new Map(), isObject: true };
}
