import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

export interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly description?: string;
  readonly security?: readonly Readonly<Record<string, unknown>>[];
  readonly tags?: readonly string[];
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly description?: string }[];
  readonly requestBody?: object;
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { schema: object }>> }>>;
}

export interface ApiDocument {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, object>>;
    readonly securitySchemes: Readonly<Record<string, object>>;
  };
  readonly tags: readonly { readonly name: string }[];
}

export interface Placed {
  readonly verb: string;
  readonly path: string;
  readonly operation: Operation;
}

export function operationsOf({ paths }: ApiDocument): readonly Placed[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([verb, operation]) => ({ verb, path, operation })),
  );
}

/** Holds answers to a document: their status and their type stand there, and their body is what it says. */
export class DocumentCheck {
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
  readonly #compiled = new Map<string, ValidateFunction>();
  /** By operation, the statuses that came. */
  readonly seen = new Map<string, Set<number>>();

  constructor(document: ApiDocument) {
    this.#ajv.addSchema(document, 'api');
  }

  /** What is wrong with an answer; `undefined`: nothing. */
  complaint({ verb, path, operation }: Placed, status: number, type: string, body: string): string | undefined {
    const { operationId, responses } = operation;
    this.seen.set(operationId, (this.seen.get(operationId) ?? new Set()).add(status));
    const documented = responses[status];
    if (documented === undefined) return `${operationId} answered ${status}, which is not documented: ${body}`;
    const [media = ''] = Object.keys(documented.content ?? {});
    if (!type.startsWith(media)) return `${operationId} answered ${status} as ${type}, not as ${media}`;
    if (media !== 'application/json') return undefined;
    const pointer = ['paths', path, verb, 'responses', String(status), 'content', media, 'schema'];
    const escaped = pointer.map((step) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1')));
    const validate = this.#validator(`api#/${escaped.join('/')}`);
    if (validate(JSON.parse(body))) return undefined;
    return `${operationId} answered ${status}, and ${this.#ajv.errorsText(validate.errors)}: ${body.slice(0, 2_000)}`;
  }

  #validator($ref: string): ValidateFunction {
    const known = this.#compiled.get($ref) ?? this.#ajv.compile({ $ref });
    this.#compiled.set($ref, known);
    return known;
  }
}
