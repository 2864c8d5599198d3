import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Delivery, INFORMATIONAL_MAX } from '../../../src/door/transports/delivery.ts';
import { Recording } from './recording.ts';

const terms = {
  limits: { headTimeoutMs: 10_000, idleTimeoutMs: 10_000, connectionsMax: 1 },
  filter: (_: number, headers: string[]) => headers,
  withinMs: Infinity,
};

/** A delivery that anything may happen to, in any order. */
class Wild extends Delivery {
  letGoCount = 0;

  protected override letGo(): void {
    this.letGoCount += 1;
  }

  protected override readOn(): void {}

  act(event: (typeof EVENTS)[number]): void {
    switch (event) {
      case 'informational':
        return this.arrivedHead(103, []);
      case 'head':
        return this.arrivedHead(200, []);
      case 'invalid head':
        return this.arrivedHead(0, []);
      case 'data':
        return void this.arrivedData(Buffer.from('x'));
      case 'end':
        // A parser ends no answer that has not begun.
        return this.headArrived ? this.arrivedEnd() : undefined;
      case 'break':
        return this.fail('reset', 'broken');
      case 'expire':
        return this.expired();
      case 'resume':
        return this.resume();
      case 'abort':
        return this.abort();
    }
  }
}

const EVENTS = ['informational', 'head', 'invalid head', 'data', 'end', 'break', 'expire', 'resume', 'abort'] as const;
const events = fc.array(fc.constantFrom(...EVENTS), { maxLength: 30 });

function wild(): { delivery: Wild; recording: Recording } {
  const recording = new Recording();
  const delivery = new Wild(terms, recording);
  recording.exchange = delivery;
  return { delivery, recording };
}

describe('a delivery', () => {
  test('ends exactly once, in order, whatever happens (property)', () => {
    fc.assert(
      fc.property(events, fc.infiniteStream(fc.boolean()), (happenings, replies) => {
        const { delivery, recording } = wild();
        recording.onData = () => replies.next().value;
        for (const happening of happenings) delivery.act(happening);
        delivery.abort();
        expect(recording.violations).toEqual([]);
        expect(recording.outcome).not.toBe(null);
        expect(delivery.letGoCount).toBe(recording.outcome?.kind === 'failed' ? 1 : 0);
      }),
    );
  });

  test('ends exactly once though its receiver calls back and throws (property)', () => {
    const reactions = fc.infiniteStream(fc.constantFrom('abort', 'resume', 'throw', 'nothing'));
    fc.assert(
      fc.property(events, reactions, (happenings, reaction) => {
        const { delivery, recording } = wild();
        const react = (): void => {
          const what = reaction.next().value;
          if (what === 'throw') throw new Error('boom');
          if (what === 'abort' || what === 'resume') delivery.act(what);
        };
        recording.onHead = react;
        recording.onData = () => (react(), true);
        for (const happening of happenings) delivery.act(happening);
        delivery.abort();
        expect(recording.violations).toEqual([]);
        expect(recording.outcome).not.toBe(null);
      }),
    );
  });

  test(`takes ${INFORMATIONAL_MAX} informational answers and not one more`, () => {
    const { delivery, recording } = wild();
    for (let i = 0; i < INFORMATIONAL_MAX; i += 1) delivery.act('informational');
    expect(recording.outcome).toBe(null);
    delivery.act('informational');
    expect(recording.outcome).toMatchObject({ kind: 'failed', code: 'invalid' });
  });
});
