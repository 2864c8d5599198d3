import { http, passthrough } from 'msw';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Exchange, Outbound, Transport, TransportFailure } from '../../../src/door/flight/transport.ts';
import type { Fault } from '../../../src/lab/world/faults.ts';
import { WORLD_URL } from '../../../src/lab/world/msw.ts';
import { worldTransport } from '../../../src/lab/world/world-transport.ts';
import { type Served, tinyWorld } from './tiny-world.ts';

type Event =
  | { readonly kind: 'head'; readonly status: number; readonly headers: readonly string[] }
  | { readonly kind: 'data'; readonly text: string }
  | { readonly kind: 'ended' }
  | ({ readonly kind: 'failed' } & TransportFailure);

const POST: Outbound = { method: 'POST', target: '/count', headers: ['host', 'world.test'], body: null };

/** Sends, and waits for the end and a few turns more, so that a second end would be seen. */
async function send(
  transport: Transport,
  outbound: Outbound = POST,
  drive: (exchange: Exchange, event: Event | undefined) => boolean | void = () => true,
): Promise<Event[]> {
  const events: Event[] = [];
  await new Promise<void>((over) => {
    const hear = (event: Event): boolean => {
      events.push(event);
      const go = drive(exchange, event) ?? true;
      if (event.kind === 'ended' || event.kind === 'failed') over();
      return go;
    };
    const exchange: Exchange = transport.send(outbound, {
      head: (status, headers) => void hear({ kind: 'head', status, headers }),
      data: (chunk) => hear({ kind: 'data', text: chunk.toString() }),
      ended: () => void hear({ kind: 'ended' }),
      failed: (failure) => void hear({ kind: 'failed', ...failure }),
    });
    drive(exchange, undefined);
  });
  await transport.close();
  return events;
}

const open = (
  fault?: Fault,
  limits?: { headTimeoutMs: number; idleTimeoutMs: number },
): Served & { transport: Transport } => {
  const served = tinyWorld(fault);
  return { ...served, transport: worldTransport({ handlers: served.handlers, ...(limits && { limits }) }) };
};
const kinds = (events: readonly Event[]): string[] => events.map(({ kind }) => kind);

describe('a world as a transport', () => {
  it('carries method, target, headers and body to the world and its answer back', async () => {
    const { transport } = open();
    const headers = ['content-type', 'application/x-www-form-urlencoded'];
    const body = Buffer.from('metadata[order]=7');
    const events = await send(transport, { method: 'PUT', target: '/count/x?y=1', headers, body });
    expect(kinds(events)).toEqual(['head', 'data', 'ended']);
    const text = events.flatMap((event) => (event.kind === 'data' ? [event.text] : [])).join('');
    expect(JSON.parse(text)).toEqual({
      count: 1,
      path: '/count/x',
      query: { y: '1' },
      body: { metadata: { order: '7' } },
    });
    expect(events[0]).toMatchObject({ status: 200, headers: expect.arrayContaining(['x-count', '1']) });
  });

  it.each<[string, Fault, Partial<TransportFailure> | number, number]>([
    ['latency', { kind: 'latency', ms: 9 }, 200, 1],
    ['a status', { kind: 'status', status: 503 }, 503, 0],
    ['a crash behind the effect', { kind: 'crash', when: 'after' }, 500, 1],
    ['a reset before', { kind: 'reset', when: 'before' }, { code: 'reset', sent: 'perhaps' }, 0],
    ['a reset after', { kind: 'reset', when: 'after' }, { code: 'reset', sent: 'perhaps' }, 1],
  ])('shows %s', async (_name, fault, expected, effects) => {
    const { transport, world } = open(fault);
    const events = await send(transport);
    expect(world.ledger).toHaveLength(effects);
    if (typeof expected === 'number') {
      expect(kinds(events)).toEqual(['head', 'data', 'ended']);
      expect(events[0]).toMatchObject({ status: expected });
    } else {
      expect(events).toMatchObject([{ kind: 'failed', ...expected }]);
    }
  });

  it('shows a reset half-way: head, half the bytes, then failed', async () => {
    const { transport, world } = open({ kind: 'reset', when: 'during' });
    const events = await send(transport);
    expect(kinds(events)).toEqual(['head', 'data', 'failed']);
    expect(events[2]).toMatchObject({ code: 'reset' });
    expect(world.ledger).toHaveLength(1);
  });

  it.each([
    [true, 1],
    [false, 0],
  ] as const)('is let go while it hangs, committed: %s', async (commit, effects) => {
    const { transport, world } = open({ kind: 'hang', commit });
    const events = await send(transport, POST, (exchange) => {
      // A turn of the event loop later the world has the request.
      setImmediate(() => exchange.abort());
    });
    expect(events).toMatchObject([{ kind: 'failed', code: 'aborted' }]);
    expect(world.ledger).toHaveLength(effects);
  });

  it('times out where it hangs and a limit is set', async () => {
    const { transport } = open({ kind: 'hang', commit: true }, { headTimeoutMs: 5, idleTimeoutMs: 5 });
    expect(await send(transport)).toMatchObject([{ kind: 'failed', code: 'timeout', sent: 'perhaps' }]);
  });

  it('times out where the body stops coming', async () => {
    const stuck = http.all(
      `${WORLD_URL}/stuck`,
      () => new Response(new ReadableStream({ pull: () => new Promise(() => {}) })),
    );
    const transport = worldTransport({ handlers: [stuck], limits: { headTimeoutMs: 1_000, idleTimeoutMs: 5 } });
    const events = await send(transport, { ...POST, target: '/stuck' });
    expect(events).toMatchObject([{ kind: 'head' }, { kind: 'failed', code: 'timeout' }]);
  });

  it('aborted before it began never reaches the world', async () => {
    const { transport, world } = open();
    const events = await send(transport, POST, (exchange, event) => {
      if (event === undefined) exchange.abort();
    });
    expect(events).toMatchObject([{ kind: 'failed', code: 'aborted', sent: 'no' }]);
    expect(world.ledger).toHaveLength(0);
  });

  it('says so when a mock cannot be asked that way', async () => {
    const { transport, world } = open();
    const events = await send(transport, { ...POST, method: 'GET', body: Buffer.from('x') });
    expect(events).toMatchObject([{ kind: 'failed', code: 'invalid', sent: 'no' }]);
    expect(world.ledger).toHaveLength(0);
  });

  it('never passes a call on to the real API', async () => {
    const transport = worldTransport({ handlers: [http.all(`${WORLD_URL}/*`, () => passthrough())] });
    expect((await send(transport))[0]).toMatchObject({ kind: 'head', status: 501 });
  });
});

describe('a pause', () => {
  const chunks = ['one', 'two', 'three', 'four'];
  const stream = (): Response =>
    new Response(
      new ReadableStream({
        start(controller) {
          for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
          controller.close();
        },
      }),
    );
  const handlers = [http.all(`${WORLD_URL}/count`, stream)];

  it('holds every further byte back until resumed, whatever chunks pause', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }), async (goes) => {
        let paused = false;
        let index = 0;
        const events = await send(worldTransport({ handlers }), POST, (exchange, event) => {
          expect(paused).toBe(false);
          if (event?.kind !== 'data' || (goes[index++] ?? true)) return true;
          paused = true;
          setImmediate(() => {
            paused = false;
            exchange.resume();
          });
          return false;
        });
        expect(kinds(events)).toEqual(['head', ...chunks.map(() => 'data'), 'ended']);
      }),
      { numRuns: 30 },
    );
  });

  it('that is resumed at once, from within, loses nothing', async () => {
    const events = await send(worldTransport({ handlers }), POST, (exchange, event) => {
      if (event?.kind !== 'data') return true;
      exchange.resume();
      return false;
    });
    expect(kinds(events).at(-1)).toBe('ended');
  });

  it('or none, an abort at any point ends it with one failure', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(4), fc.boolean(), async (when, pauses) => {
        let heard = 0;
        const events = await send(worldTransport({ handlers }), POST, (exchange) => {
          if (heard++ !== when) return true;
          exchange.abort();
          return !pauses;
        });
        const ends = kinds(events).filter((kind) => kind === 'ended' || kind === 'failed');
        expect(ends).toEqual(['failed']);
        expect(kinds(events).at(-1)).toBe('failed');
      }),
      { numRuns: 20 },
    );
  });
});
