import { prng } from '../src/std/prng.ts';
import {
  type World,
  type WorldAnswer,
  type WorldCall,
  type WorldOptions,
  defineWorld,
} from '../src/lab/world/world.ts';
import { Desk } from './brokerage/desk.ts';
import { FORMS } from './brokerage/forms.ts';
import type { Instrument, Position } from './brokerage/objects.ts';
import { ROUTES } from './brokerage/routes.ts';
import { notFound, refuse } from './json/answers.ts';

const SYMBOLS_DEFAULT = 8;
const NAMES = ['ACME', 'BOLT', 'CRUX', 'DUNE', 'ECHO', 'FLUX', 'GALE', 'HALO', 'IRIS', 'JUNO', 'KITE', 'LYNX'];
/** A million dollars. */
const CASH_CENTS = 100_000_000;

/**
 * A brokerage's JSON API: quotes, orders, positions, withdrawals, for one account in US dollars. Orders are filled at once
 * by a market that gets worse the more one takes of it; what one does not have can be sold, and has to be bought back.
 */
export default defineWorld({
  name: 'brokerage',
  paths: ['account', 'orders', 'positions', 'quotes', 'withdrawals'].flatMap((name) => [`/${name}`, `/${name}/*`]),
  operations: FORMS,
  ledger: ['order_cancelled', 'order_placed', 'shares_bought', 'shares_sold', 'withdrawal'],
  create: (options) => new Brokerage(opened(options), options.apiKey),
});

/** Everything there is before the world begins: shares that are traded, half of them held. */
function opened({ seed, startsAt, size = SYMBOLS_DEFAULT }: WorldOptions): Desk {
  const random = prng(seed);
  const instruments = Array.from({ length: size }, (_, index): Instrument => {
    const [name = '', round] = [NAMES[index % NAMES.length], Math.floor(index / NAMES.length)];
    const symbol = round === 0 ? name : `${name}${round}`;
    return { symbol, name: `${symbol} Inc.`, base: 1_000 + random.below(20_000), depth: 100 + random.below(400) };
  });
  const positions = instruments
    .filter((_, index) => index % 2 === 0)
    .map(({ symbol }): Position => ({ symbol, quantity: 10 + random.below(200) }));
  return new Desk(startsAt, {
    instruments: new Map(instruments.map((instrument) => [instrument.symbol, instrument])),
    banks: new Set(['bank_house', 'bank_partner']),
    cash: CASH_CENTS,
    positions: new Map(positions.map((position) => [position.symbol, position])),
  });
}

class Brokerage implements World {
  readonly name = 'brokerage';
  readonly #desk: Desk;
  readonly #apiKey: string | undefined;

  constructor(desk: Desk, apiKey: string | undefined) {
    this.#desk = desk;
    this.#apiKey = apiKey;
  }

  fork(): World {
    return new Brokerage(this.#desk.fork(), this.#apiKey);
  }

  get ledger(): World['ledger'] {
    return this.#desk.ledger;
  }

  ids(): Readonly<Record<string, readonly string[]>> {
    const { banks, instruments, orders, positions, withdrawals } = this.#desk;
    return {
      bank: [...banks],
      order: [...orders.keys()],
      position: [...positions.keys()],
      symbol: [...instruments.keys()],
      withdrawal: [...withdrawals.keys()],
    };
  }

  /** Without an `apiKey` the brokerage is open to everyone. */
  handle(call: WorldCall): WorldAnswer {
    this.#desk.at = call.at;
    if (this.#apiKey !== undefined && call.headers['authorization'] !== `Bearer ${this.#apiKey}`) {
      return refuse(401, 'unauthorized', 'Send your API key as a Bearer token.');
    }
    const asked = ROUTES.find(call.method, call.path);
    if (asked === undefined) return notFound('resource', `${call.method} ${call.path}`);
    return asked.found.handle(this.#desk, call, asked.parameters['id'] ?? '');
  }
}
