import type { ErrorObject } from 'ajv/dist/2020.js';
import type { Json } from '../../std/canonical-json.ts';
import { nearest } from '../problem.ts';
import { isNode } from './document.ts';

/** Enough to correct a request by; the rest shows when it is sent again. */
export const FAULTS_MAX = 5;
/** Longer names and lists are cut: a fault is one line. */
const NAME_LENGTH_MAX = 64;
const VALUES_SHOWN_MAX = 8;

/** What the texts of faults need to know of the schemas. */
export interface Vocabulary {
  /** Names of members that the document describes. Any other step of a path is data. */
  readonly names: ReadonlySet<string>;
  /** The names of the members that a schema describes, by whatever it is composed of. */
  readonly membersOf: (schema: Json) => ReadonlySet<string>;
  /** `body.data[].amount` for every element alike, so that equal departures have equal texts. */
  readonly isPlural: boolean;
}

/**
 * The errors of a validation as texts: `body.amount: must be integer`. They tell names and what the document says, never
 * a value of the message (personal data, secrets).
 */
export function faultTexts(errors: readonly ErrorObject[], root: string, words: Vocabulary): readonly string[] {
  const texts = new Set<string>();
  for (const error of telling(errors, words)) {
    const path = pathOf(root, error.instancePath, words);
    const text = textOf(error, path, words);
    if (text !== undefined) texts.add(text);
    if (texts.size === FAULTS_MAX) break;
  }
  // INVARIANT: an error is a fault, whether it can be put into words or not.
  return texts.size === 0 ? [`${root}: does not fit what is described`] : [...texts];
}

/** A list of alternatives fails with an error for each of them; the failure as a whole is what tells. */
function telling(errors: readonly ErrorObject[], words: Vocabulary): readonly ErrorObject[] {
  const unions = errors.filter(({ keyword }) => keyword === 'anyOf');
  const nullables = new Set(unions.filter(isNullable));
  const lost = unions.filter((union) => !nullables.has(union)).map(({ instancePath }) => instancePath);
  const mistyped = new Set(errors.filter(({ keyword }) => keyword === 'type').map(({ instancePath }) => instancePath));
  const hasFault = (path: string): boolean =>
    errors.some(
      ({ keyword, instancePath }) =>
        keyword !== 'unevaluatedProperties' && keyword !== 'if' && isWithin(instancePath, path),
    );
  const atNullables = new Set([...nullables].map(({ instancePath }) => instancePath));
  return errors.filter((error) => {
    const { keyword, instancePath, params, parentSchema } = error;
    if (keyword === 'if' || nullables.has(error)) return false;
    // A value of another type breaks the bounds of its own, too.
    if (mistyped.has(instancePath) && (keyword === 'format' || keyword === 'enum')) return false;
    if (keyword === 'type' && params['type'] === 'null' && atNullables.has(instancePath)) return false;
    // A part that fails leaves its members unevaluated, known as they are.
    if (keyword === 'unevaluatedProperties' && hasFault(instancePath)) {
      const name = String(params['unevaluatedProperty']);
      if (words.membersOf(parentSchema as unknown as Json).has(name)) return false;
    }
    const isUnion = keyword === 'anyOf';
    return !lost.some((path) => isWithin(instancePath, path) && (instancePath !== path || !isUnion));
  });
}

function isWithin(pointer: string, outer: string): boolean {
  return pointer === outer || pointer.startsWith(`${outer}/`);
}

function isNullable({ schema }: ErrorObject): boolean {
  const [first] = schema as readonly Json[];
  return isNode(first) && first.type === 'null';
}

function textOf(error: ErrorObject, path: string, words: Vocabulary): string | undefined {
  const params = error.params as Readonly<Record<string, unknown>>;
  switch (error.keyword) {
    case 'required':
    case 'dependentRequired':
      return `${path}.${shown(String(params['missingProperty']))}: is missing`;
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const name = String(params['additionalProperty'] ?? params['unevaluatedProperty']);
      return unknownMember(path, name, words.membersOf(error.parentSchema as unknown as Json));
    }
    case 'false schema':
      return `${path}: may not be sent`;
    case 'type':
      return `${path}: must be ${[params['type']].flat().join(' or ')}`;
    case 'enum':
      return `${path}: must be one of ${listed(params['allowedValues'] as readonly Json[])}`;
    case 'const':
      return `${path}: must be ${listed([params['allowedValue'] as Json])}`;
    case 'format':
      return `${path}: must be of the format ${String(params['format'])}`;
    case 'pattern':
      return `${path}: must match ${shown(String(params['pattern']))}`;
    case 'anyOf':
      return `${path}: fits none of the forms described`;
    case 'not':
      return `${path}: has a form that is excluded`;
    case 'propertyNames':
      return undefined;
    default:
      return `${path}: ${(error.message ?? 'does not fit').replaceAll('NOT', 'not')}`;
  }
}

/** `body.amout: is not known; did you mean amount?` */
export function unknownMember(path: string, name: string, known: Iterable<string>): string {
  const meant = nearest(
    name,
    [...known].filter((one) => one !== name),
  );
  return `${path}.${shown(name)}: is not known${meant === undefined ? '' : `; did you mean ${meant}?`}`;
}

function pathOf(root: string, pointer: string, { names, isPlural }: Vocabulary): string {
  let path = root;
  for (const escaped of pointer.split('/').slice(1)) {
    const step = escaped.replaceAll('~1', '/').replaceAll('~0', '~');
    if (/^\d+$/.test(step)) path += isPlural ? '[]' : `[${step}]`;
    else path += `.${names.has(step) ? step : '*'}`;
  }
  return path;
}

/** A name as one short line. */
export function shown(name: string): string {
  const line = name.replaceAll(/[\p{C}\s]+/gu, ' ');
  return line.length > NAME_LENGTH_MAX ? `${line.slice(0, NAME_LENGTH_MAX)}…` : line;
}

function listed(values: readonly Json[]): string {
  const some = values
    .slice(0, VALUES_SHOWN_MAX)
    .map((value) => shown(typeof value === 'string' ? value : JSON.stringify(value)));
  return some.join(', ') + (values.length > VALUES_SHOWN_MAX ? ', …' : '');
}
