import { unreachable } from '../../std/assert.ts';
import { ok, type Result } from '../../std/result.ts';
import { Bag } from './bag.ts';
import { handlingOf, headerTable, type HeaderTable, type OwnField } from './header-table.ts';
import { refuse, shown, type Refusal } from './refusal.ts';
import { readTraceParent } from './traceparent.ts';

/** Twice what the most talkative SDK sends. */
export const HEADERS_MAX = 100;

/** A request's headers in their normal form: each name once, in lower case. */
export interface RequestHeaders {
  /** Names and values in turn, in the order they came, ready to send; no `Host`, framing or credential among them. */
  readonly forward: readonly string[];
  /** The same by name: what conditions read and the journal keeps. Inherits nothing. */
  readonly judged: Readonly<Record<string, string>>;
  readonly authorization: string | undefined;
  /** Credentials in other headers, by name. */
  readonly apiKeys: Readonly<Record<string, string>>;
  readonly contentType: string | undefined;
  /** Bytes; `undefined` where the client gave no length. */
  readonly contentLength: number | undefined;
  /** Whether the body comes in chunks of its own framing. */
  readonly chunked: boolean;
  /** What the client called this door. Never sent on. */
  readonly host: string;
  /** Whether the client would rather speak HTTP/2 (`Upgrade: h2c`, RFC 7540, 3.2). The door overlooks it, as any server may. */
  readonly offersHttp2: boolean;
  /** The run that the client says this call belongs to. */
  readonly session: string | undefined;
  /** As sent on; under whichever of its two names. */
  readonly idempotencyKey: string | undefined;
}

type Failure = ReturnType<typeof refuse>;

const STANDARD = headerTable();
/** Visible ASCII, space and tab (RFC 9110, 5.5 without obs-text, which has no agreed character set). */
const VALUE = /^[\t\x20-\x7e]*$/;
const LENGTH = /^\d{1,15}$/;
const SESSION = /^[\w.:-]{1,128}$/;
/** All that `Connection` may name. Naming any other header asks a proxy to strip it on the way: an attack. */
const CONNECTION = /^(?:close|keep-alive|te|proxy-connection|)$/i;
/** What it names beside an offer of HTTP/2, which goes no further than this connection. */
const OFFER = /^(?:upgrade|http2-settings)$/i;

/** Reads Node's flat list of names and values. Classes of names and what becomes of each: {@link headerTable}. */
export function readHeaders(raw: readonly string[], table: HeaderTable = STANDARD): Result<RequestHeaders, Refusal> {
  if (raw.length > 2 * HEADERS_MAX) {
    return refuse(431, 'headers_too_many', `A request may have at most ${HEADERS_MAX} headers.`);
  }
  const reader = new HeaderReader(table);
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const failure = reader.header((raw[index] ?? '').toLowerCase(), raw[index + 1] ?? '');
    if (failure !== undefined) return failure;
  }
  return reader.done();
}

class HeaderReader {
  readonly #table: HeaderTable;
  readonly #forward: string[] = [];
  readonly #judged: Record<string, string> = new Bag();
  readonly #apiKeys: Record<string, string> = new Bag();
  #authorization: string | undefined;
  #host: string | undefined;
  #length: string | undefined;
  #transferEncoding: string | undefined;
  #session: string | undefined;
  #upgrade: string | undefined;
  #settings: string | undefined;
  #namesOffer = false;

  constructor(table: HeaderTable) {
    this.#table = table;
  }

  header(name: string, value: string): Failure | undefined {
    const handling = handlingOf(name, this.#table);
    if (handling.kind === 'drop') return undefined;
    if (!VALUE.test(value)) {
      return refuse(400, 'header_value', `The header ${shown(name)} must hold visible ASCII characters only.`);
    }
    switch (handling.kind) {
      case 'forward':
        return name in this.#judged ? repeated(name) : this.#keep(name, value);
      case 'list':
        return name in this.#judged ? this.#join(name, value) : this.#keep(name, value);
      case 'credential':
        return this.#credential(name, value);
      case 'own':
        return this.#own(handling.field, value);
      case 'refuse':
        return { ok: false, failure: handling.refusal };
      default:
        return unreachable(handling);
    }
  }

  done(): Result<RequestHeaders, Refusal> {
    if (this.#host === undefined) return refuse(400, 'host_missing', 'The request must have a Host header.');
    if (this.#length !== undefined && this.#transferEncoding !== undefined) {
      return refuse(400, 'framing', 'Send either Content-Length or Transfer-Encoding, not both.');
    }
    if (this.#upgrade === undefined && this.#settings !== undefined) return UPGRADE_REFUSED;
    if (this.#upgrade === undefined && this.#namesOffer) return CONNECTION_REFUSED;
    this.#dropBrokenTrace();
    const { 'idempotency-key': key, 'x-idempotency-key': twin } = this.#judged;
    if (key !== undefined && twin !== undefined && key !== twin) return KEY_TWINS;
    return ok({
      forward: this.#forward,
      judged: this.#judged,
      authorization: this.#authorization,
      apiKeys: this.#apiKeys,
      contentType: this.#judged['content-type'],
      contentLength: this.#length === undefined ? undefined : Number(this.#length),
      chunked: this.#transferEncoding !== undefined,
      host: this.#host,
      offersHttp2: this.#upgrade !== undefined,
      session: this.#session,
      idempotencyKey: key ?? twin,
    });
  }

  #keep(name: string, value: string): undefined {
    this.#judged[name] = value;
    this.#forward.push(name, value);
  }

  #join(name: string, value: string): undefined {
    const joined = `${this.#judged[name]}, ${value}`;
    this.#judged[name] = joined;
    for (let index = 0; index < this.#forward.length; index += 2) {
      if (this.#forward[index] === name) this.#forward[index + 1] = joined;
    }
  }

  /** A trace that nobody can read ends here, and what vendors say of it with it (W3C Trace Context, §3.3). */
  #dropBrokenTrace(): void {
    const { traceparent, tracestate } = this.#judged;
    if (traceparent === undefined && tracestate === undefined) return;
    if (traceparent !== undefined && readTraceParent(traceparent) !== undefined) return;
    for (const name of ['traceparent', 'tracestate']) {
      if (!Reflect.deleteProperty(this.#judged, name)) continue;
      const index = this.#forward.findIndex((one, at) => at % 2 === 0 && one === name);
      if (index !== -1) this.#forward.splice(index, 2);
    }
  }

  #credential(name: string, value: string): Failure | undefined {
    if (name === 'authorization') {
      if (this.#authorization !== undefined) return repeated(name);
      this.#authorization = value;
      return undefined;
    }
    if (name in this.#apiKeys) return repeated(name);
    this.#apiKeys[name] = value;
    return undefined;
  }

  #connection(value: string): Failure | undefined {
    for (const option of value.split(',').map((each) => each.trim())) {
      if (OFFER.test(option)) this.#namesOffer = true;
      else if (!CONNECTION.test(option)) return CONNECTION_REFUSED;
    }
    return undefined;
  }

  #own(field: OwnField, value: string): Failure | undefined {
    switch (field) {
      case 'host':
        if (this.#host !== undefined) return repeated(field);
        this.#host = value;
        return undefined;
      case 'connection':
        return this.#connection(value);
      case 'content-length':
        if (this.#length !== undefined) return repeated(field);
        this.#length = value;
        return LENGTH.test(value) ? undefined : LENGTH_REFUSED;
      case 'transfer-encoding':
        if (this.#transferEncoding !== undefined) return repeated(field);
        this.#transferEncoding = value;
        return value.toLowerCase() === 'chunked' ? undefined : TRANSFER_REFUSED;
      case 'content-encoding':
        return value.toLowerCase() === 'identity' ? undefined : ENCODING_REFUSED;
      case 'upgrade':
        if (this.#upgrade !== undefined) return repeated(field);
        this.#upgrade = value;
        return value === 'h2c' ? undefined : UPGRADE_REFUSED;
      case 'http2-settings':
        if (this.#settings !== undefined) return repeated(field);
        this.#settings = value;
        return undefined;
      case 'interlock-session':
        if (this.#session !== undefined) return repeated(field);
        this.#session = value;
        return SESSION.test(value) ? undefined : SESSION_REFUSED;
      default:
        return unreachable(field);
    }
  }
}

const repeated = (name: string): Failure =>
  refuse(400, 'header_repeated', `The header ${shown(name)} must be sent once.`);

const CONNECTION_REFUSED = refuse(
  400,
  'header_connection',
  'The Connection header may say close or keep-alive, and must not name other headers.',
);
const LENGTH_REFUSED = refuse(400, 'content_length', 'Content-Length must be one plain decimal number.');
const UPGRADE_REFUSED = refuse(
  400,
  'header_upgrade',
  'The door speaks plain HTTP/1.1; send no Upgrade header but an offer of h2c.',
);
const TRANSFER_REFUSED = refuse(400, 'transfer_encoding', 'Transfer-Encoding must be chunked and nothing else.');
const ENCODING_REFUSED = refuse(415, 'content_encoding', 'Send the body uncompressed, without Content-Encoding.');
const KEY_TWINS = refuse(
  400,
  'idempotency_keys',
  'Idempotency-Key and X-Idempotency-Key must say the same; send one of them.',
);
const SESSION_REFUSED = refuse(
  400,
  'session_form',
  'Interlock-Session must be 1 to 128 letters, digits, and characters of _ . : -.',
);
