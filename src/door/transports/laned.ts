import type { Answer, Exchange, Outbound, Transport } from '../flight/transport.ts';
import type { Delivery } from './delivery.ts';
import type { Lanes, Rider } from './lanes.ts';
import { unsendable } from './sendable.ts';

/** What an adapter adds to {@link Lanes} to make a {@link Transport}. */
export interface Laned<Lane> {
  readonly lanes: Lanes<Lane>;
  readonly exchange: (request: Outbound, answer: Answer, withinMs: number) => Delivery & Rider<Lane>;
  readonly close: (lane: Lane) => Promise<void>;
}

export function lanedTransport<Lane>({ lanes, exchange, close }: Laned<Lane>): Transport {
  return {
    send(request, answer, withinMs = Infinity): Exchange {
      const started = exchange(request, answer, withinMs);
      const refusal = unsendable(request) ?? lanes.enter(started);
      if (refusal !== null) started.refuse(refusal);
      return started;
    },
    async close(): Promise<void> {
      await Promise.all((await lanes.close()).map(close));
    },
  };
}
