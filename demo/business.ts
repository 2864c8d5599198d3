import payments from '../mocks/payments.ts';
import type { LedgerEntry, World } from '../src/lab/world/world.ts';
import { worldHandlers } from '../src/lab/world/msw.ts';
import { serveWorld, type WorldServer } from '../src/lab/world/world-server.ts';

/** The business takes no other key, and the door alone has it. */
export const BUSINESS_KEY = 'sk_live_the_only_key';
const SEED = 20_261_129;
const CUSTOMERS = 900;

export interface Charge {
  readonly id: string;
  readonly customer: string;
  /** In cents. */
  readonly amount: number;
}

/** A payments business over HTTP, with the ledger of what really happened there. */
export class Business {
  readonly server: WorldServer;
  readonly #world: World;
  readonly #charges: Charge[];

  private constructor(world: World, server: WorldServer) {
    this.#world = world;
    this.server = server;
    this.#charges = refundable(world);
  }

  /** @param customers who each have a charge or two that can be refunded */
  static async open(customers = CUSTOMERS): Promise<Business> {
    const startsAt = Date.now();
    const world = payments.create({ seed: SEED, startsAt, size: customers, apiKey: BUSINESS_KEY });
    const clock = { now: () => Date.now() };
    return new Business(
      world,
      await serveWorld({ handlers: worldHandlers(world, { paths: payments.paths, clock }), port: 0 }),
    );
  }

  /** A charge in dollars that nobody has refunded, of at least so many cents. */
  charge(cents: number): Charge {
    const at = this.#charges.findIndex(({ amount }) => amount >= cents);
    const [found] = at === -1 ? [] : this.#charges.splice(at, 1);
    if (found === undefined)
      throw new Error(`no charge of ${cents} cents is left: open a business with more customers`);
    return found;
  }

  /** What was really paid back: of one charge, or in all. */
  refunds(charge?: string): readonly LedgerEntry[] {
    const refunds = this.#world.ledger.filter(({ kind }) => kind === 'refund');
    return charge === undefined ? refunds : refunds.filter((entry) => entry.subject.includes(charge));
  }

  close(): Promise<void> {
    return this.server.close();
  }
}

function refundable(world: World): Charge[] {
  return (world.ids()['charge'] ?? []).flatMap((id): Charge[] => {
    const { body } = world.handle({
      at: Date.now(),
      method: 'GET',
      path: `/v1/charges/${id}`,
      query: {},
      headers: { authorization: `Bearer ${BUSINESS_KEY}` },
      body: null,
    });
    const { amount, amount_refunded, currency, customer, disputed, status } = body as Record<string, unknown>;
    if (currency !== 'usd' || status !== 'succeeded' || amount_refunded !== 0 || disputed !== false) return [];
    if (typeof amount !== 'number' || typeof customer !== 'string') return [];
    return [{ id, customer, amount }];
  });
}
