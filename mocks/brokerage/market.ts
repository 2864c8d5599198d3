import type { Instant } from '../../src/std/clock.ts';
import { stableHash } from '../../src/std/stable-hash.ts';
import type { Instrument, Order, Quote, Side } from './objects.ts';

const MINUTE_MS = 60_000;
/** How far a price strays from its base within a day's noise, and how far bid and ask lie apart: in basis points. */
const NOISE_BPS = 150;
const SPREAD_BPS = 20;
const BPS = 10_000;
/** Each further price level is so much worse. */
const LEVEL_BPS = 100;
/** Nobody stands behind the last level: a market has an end. */
const LEVELS = 60;

/** The price of a share at a time: the same on every machine, another each minute. */
export function quoteOf({ symbol, base }: Instrument, at: Instant): Quote {
  const minute = Math.floor(at / MINUTE_MS);
  const noise = (stableHash(`${symbol} ${minute}`) % (2 * NOISE_BPS + 1)) - NOISE_BPS;
  const middle = (base * (BPS + noise)) / BPS;
  const half = (middle * SPREAD_BPS) / (2 * BPS);
  return {
    symbol,
    bid: Math.max(1, Math.floor(middle - half)),
    ask: Math.ceil(middle + half),
    as_of: new Date(minute * MINUTE_MS).toISOString(),
  };
}

/**
 * What the market gives for an order right now. A large one walks through the levels, each one per cent worse than the
 * one before; the market is whole again for the next.
 */
export function fill(
  instrument: Instrument,
  { bid, ask }: Quote,
  { side, quantity, limit_price: limit }: Pick<Order, 'side' | 'quantity' | 'limit_price'>,
): { readonly filled: number; readonly value: number } {
  let filled = 0;
  let value = 0;
  for (let level = 0; level < LEVELS && filled < quantity; level += 1) {
    const price = priceAt(side, side === 'buy' ? ask : bid, level);
    if (limit !== null && (side === 'buy' ? price > limit : price < limit)) break;
    const shares = Math.min(instrument.depth, quantity - filled);
    filled += shares;
    value += shares * price;
  }
  return { filled, value };
}

function priceAt(side: Side, best: number, level: number): number {
  const away = Math.round((best * LEVEL_BPS * level) / BPS);
  return side === 'buy' ? best + away : Math.max(1, best - away);
}
