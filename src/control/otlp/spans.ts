import { SpanKind, SpanStatusCode, TraceFlags, type Attributes, type HrTime } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { Place, Traced } from '../traces/visits.ts';

const SCOPE = { name: 'interlock' };
const MILLI = 1_000;
const NANOS = 1_000_000;

/**
 * One call as spans: the request at the door; under it the decision, the wait for the disk and the upstream. Names and codes
 * alone, like the log: no target, no header, no body, no subject.
 */
export function spansOf(traced: Traced, resource: Resource, id: () => string): readonly ReadableSpan[] {
  const { place, arrivedAt, wholeAt, decidedAt, durableAt, sentAt, endedAt, call, upstream, decision } = traced;
  const { status, failure } = traced;
  const { verdict, decisive } = decision;
  const isFault = failure !== null || (status !== null && status >= 500);
  const make = spanMaker(place, resource);
  const answer: Attributes = { ...(status !== null && { 'http.response.status_code': status }) };
  const attributes: Attributes = {
    ...answer,
    ...(failure !== null && { 'error.type': failure }),
    'interlock.call': call.id,
    'interlock.agent': call.agent,
    'interlock.route': call.route,
    'interlock.effect': call.effect,
    'interlock.verdict': verdict,
    ...(verdict !== 'allow' && {
      'interlock.guard': decisive.guard,
      'interlock.rule': decisive.rule,
      'interlock.reason': decisive.reason,
    }),
  };
  const spans = [
    make({
      name: call.route,
      kind: SpanKind.SERVER,
      spanId: place.spanId,
      parentId: place.parentId,
      from: arrivedAt,
      to: endedAt,
      attributes,
      isFault,
    }),
    make({
      name: 'decide',
      kind: SpanKind.INTERNAL,
      spanId: id(),
      parentId: place.spanId,
      from: wholeAt,
      to: decidedAt,
      attributes: { 'interlock.verdict': verdict },
    }),
  ];
  if (durableAt !== undefined) {
    spans.push(
      make({
        name: 'journal',
        kind: SpanKind.INTERNAL,
        spanId: id(),
        parentId: place.spanId,
        from: decidedAt,
        to: durableAt,
        attributes: {},
      }),
    );
  }
  if (sentAt !== undefined && verdict === 'allow') {
    const peer = { ...answer, 'interlock.upstream': upstream, 'interlock.call': call.id };
    spans.push(
      make({
        name: upstream,
        kind: SpanKind.CLIENT,
        spanId: place.upstreamSpanId,
        parentId: place.spanId,
        from: sentAt,
        to: endedAt,
        attributes: peer,
        isFault,
      }),
    );
  }
  return spans;
}

interface Parts {
  readonly name: string;
  readonly kind: SpanKind;
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly from: number;
  readonly to: number;
  readonly attributes: Attributes;
  readonly isFault?: boolean;
}

function spanMaker({ traceId, parentId: agents }: Place, resource: Resource): (parts: Parts) => ReadableSpan {
  const contextOf = (spanId: string, isRemote: boolean) => ({
    traceId,
    spanId,
    traceFlags: TraceFlags.SAMPLED,
    ...(isRemote && { isRemote }),
  });
  return ({ name, kind, spanId, parentId, from, to, attributes, isFault = false }) => {
    const end = Math.max(from, to);
    return {
      name,
      kind,
      spanContext: () => contextOf(spanId, false),
      ...(parentId !== undefined && { parentSpanContext: contextOf(parentId, parentId === agents) }),
      startTime: timeOf(from),
      endTime: timeOf(end),
      duration: hr(end - from),
      status: { code: isFault ? SpanStatusCode.ERROR : SpanStatusCode.UNSET },
      attributes,
      links: [],
      events: [],
      ended: true,
      resource,
      instrumentationScope: SCOPE,
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
    };
  };
}

function timeOf(at: number): HrTime {
  return hr(performance.timeOrigin + at);
}

function hr(ms: number): HrTime {
  const seconds = Math.floor(ms / MILLI);
  return [seconds, Math.round((ms - seconds * MILLI) * NANOS)];
}
