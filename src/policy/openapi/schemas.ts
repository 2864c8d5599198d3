import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { Json } from '../../std/canonical-json.ts';
import { Dialect, type Direction } from './dialect.ts';
import { isNode, type OpenApiDocument } from './document.ts';
import { faultTexts, type Vocabulary } from './faults.ts';
import { FORMATS } from './formats.ts';
import { listOf } from './operations.ts';
import { patternTest } from './pattern.ts';

/** Whether a value fits a schema, and where it does not. */
export interface Validator {
  /** Allocates nothing where it fits. */
  fits(value: Json): boolean;
  /** Only of a value that does not fit. @param root what the value is called: `body` */
  faults(value: Json, root: string): readonly string[];
}

/**
 * The schemas of one document in one direction, compiled when they are first asked: a document of a megabyte describes
 * hundreds of things that a policy has no route for.
 */
export class Schemas {
  readonly #dialect: Dialect;
  readonly #definitions = new Map<string, Json>();
  /** Stops at the first error: nearly all messages have none. */
  readonly #quick: Ajv2020;
  /** Finds them all; made when the first message does not fit. */
  #thorough: Ajv2020 | undefined;
  readonly #words: Vocabulary;
  readonly #lazy: (() => void)[] = [];

  constructor(document: OpenApiDocument, direction: Direction) {
    this.#dialect = new Dialect(document, direction);
    this.#quick = ajv(false);
    this.#words = {
      names: this.#dialect.names,
      membersOf: (schema) => this.#membersOf(schema),
      isPlural: direction === 'answer',
    };
  }

  /** What is wrong with the schemas that were asked for. */
  get faults(): readonly string[] {
    return this.#dialect.faults;
  }

  /** Compiles everything that was asked for, rather than at its first use. */
  prepare(): void {
    for (const compile of this.#lazy.splice(0)) {
      try {
        compile();
      } catch {
        // It fails again when it is asked, and then the request is refused.
      }
    }
  }

  /** @param at where the schema stands in the document, for its faults */
  validator(schema: Json, at: string): Validator {
    const translated = this.#dialect.translate(schema, at, (key, definition) => {
      this.#definitions.set(key, definition);
      this.#quick.addSchema(definition as object, key);
      this.#thorough?.addSchema(definition as object, key);
    });
    let quick: ValidateFunction | undefined;
    let thorough: ValidateFunction | undefined;
    this.#lazy.push(() => {
      quick ??= this.#quick.compile(translated as object);
      thorough ??= this.#thoroughly().compile(translated as object);
    });
    return {
      fits: (value) => (quick ??= this.#quick.compile(translated as object))(value),
      faults: (value, root) => {
        thorough ??= this.#thoroughly().compile(translated as object);
        return thorough(value) ? NEITHER : faultTexts(thorough.errors ?? [], root, this.#words);
      },
    };
  }

  #thoroughly(): Ajv2020 {
    if (this.#thorough !== undefined) return this.#thorough;
    this.#thorough = ajv(true);
    for (const [key, definition] of this.#definitions) this.#thorough.addSchema(definition as object, key);
    return this.#thorough;
  }

  #membersOf(schema: Json, seen = new Set<Json>()): ReadonlySet<string> {
    if (!isNode(schema) || seen.has(schema)) return NONE;
    seen.add(schema);
    const { $ref, properties, allOf, anyOf, then } = schema;
    const names = new Set(isNode(properties) ? Object.keys(properties) : []);
    const target = typeof $ref === 'string' ? this.#definitions.get($ref) : undefined;
    for (const part of [...listOf(allOf), ...listOf(anyOf), then, schema.else, target]) {
      if (part !== undefined) for (const name of this.#membersOf(part, seen)) names.add(name);
    }
    return names;
  }
}

const NONE: ReadonlySet<string> = new Set();
/** Never said, while both validators are made of the same schemas. */
const NEITHER: readonly string[] = ['it does not fit what is described'];

/** Dates are read in full; of the other formats the cheap reading is enough, and linear in the text's length. */
const DATES = ['date', 'date-time'] as const;

function ajv(allErrors: boolean): Ajv2020 {
  const made = new Ajv2020({
    strict: false,
    allErrors,
    verbose: allErrors,
    logger: false,
    inlineRefs: false,
    validateSchema: false,
    code: { regExp: boundedRegExp },
  });
  const cheap = [...FORMATS].filter((format) => !(DATES as readonly string[]).includes(format)) as 'uuid'[];
  formats.default(made, { mode: 'fast', formats: cheap });
  formats.default(made, { mode: 'full', formats: [...DATES] });
  return made;
}

/** Schemas keep only patterns that {@link patternTest} takes; names of `patternProperties` are the other case. */
const boundedRegExp = Object.assign(
  (pattern: string) => patternTest(pattern) ?? { test: () => false, toString: () => pattern },
  { code: 'patternTest' },
);
