import type { Instant } from '../../../std/clock.ts';
import { members, textAt, type Members } from '../fields.ts';
import { attributesOf, type Attributes } from './attributes.ts';

/** Span kinds, by their numbers and their names in OTLP's JSON. */
const KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'] as const;
type Kind = (typeof KINDS)[number];

const NANOS_IN_MS = 1_000_000n;

/** One span, as far as calls are told by it. */
export interface Span {
  readonly place: string;
  /** Trace and span: no two spans share it. */
  readonly key: string;
  readonly trace: string;
  /** The key of its parent; `undefined`: it has none. */
  readonly parent: string | undefined;
  readonly name: string;
  readonly kind: Kind;
  readonly startNanos: bigint;
  readonly at: Instant;
  readonly durationMs: number;
  /** Its own, and below them those of its events: some instrumentations tell of bodies in events. */
  readonly attributes: Attributes;
  readonly resource: Attributes;
  /** Whether it says that it ended in an error. */
  readonly failed: boolean;
}

/** A span, or why it is none. */
export function readSpan(value: unknown, resource: Attributes, place: string): Span | string {
  const span = members(value);
  if (span === undefined) return 'it is not an object';
  const trace = textAt(span, 'traceId') ?? '';
  const id = textAt(span, 'spanId') ?? '';
  if (trace === '' || id === '') return 'it has no `traceId` or no `spanId`';
  const start = nanosAt(span, 'startTimeUnixNano');
  if (start === undefined || start === 0n) return 'its `startTimeUnixNano` is no time';
  const end = nanosAt(span, 'endTimeUnixNano') ?? start;
  const parent = textAt(span, 'parentSpanId') ?? '';
  const attributes = new Map([...eventAttributes(span['events']), ...attributesOf(span['attributes'])]);
  const code = members(span['status'])?.['code'];
  return {
    place,
    key: `${trace} ${id}`,
    trace,
    parent: parent === '' ? undefined : `${trace} ${parent}`,
    name: textAt(span, 'name') ?? '',
    kind: kindOf(span['kind']),
    startNanos: start,
    at: Number(start / NANOS_IN_MS),
    durationMs: end > start ? Number((end - start) / NANOS_IN_MS) : 0,
    attributes,
    resource,
    failed: code === 2 || code === 'STATUS_CODE_ERROR',
  };
}

function eventAttributes(events: unknown): readonly (readonly [string, unknown])[] {
  if (!Array.isArray(events)) return [];
  return (events as unknown[]).flatMap((event) => [...attributesOf(members(event)?.['attributes'])]);
}

function kindOf(value: unknown): Kind {
  if (typeof value === 'string') {
    const name = value.replace('SPAN_KIND_', '');
    return KINDS.find((kind) => kind === name) ?? 'UNSPECIFIED';
  }
  return KINDS[typeof value === 'number' ? value : 0] ?? 'UNSPECIFIED';
}

/** 64-bit integers are decimal texts in OTLP's JSON; some write numbers. No later than the year 9999. */
function nanosAt(span: Members, name: string): bigint | undefined {
  const value = span[name];
  if (typeof value === 'string') return /^\d{1,20}$/.test(value) ? bounded(BigInt(value)) : undefined;
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? bounded(BigInt(value)) : undefined;
}

const YEAR_9999_NANOS = 253_402_300_799_000_000_000n;
const bounded = (nanos: bigint): bigint | undefined => (nanos <= YEAR_9999_NANOS ? nanos : undefined);
