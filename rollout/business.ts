import payments from '../mocks/payments.ts';
import { worldHandlers } from '../src/lab/world/msw.ts';
import { serveWorld, type WorldServer } from '../src/lab/world/world-server.ts';
import type { World } from '../src/lab/world/world.ts';
import type { Clock } from '../src/std/clock.ts';
import { prng, type Prng } from '../src/std/prng.ts';

/** The only key: the business takes no other, and the door alone has it. */
export const BUSINESS_KEY = 'sk_test_rollout_the_only_key';
const SEED = 20_261_128;
const CUSTOMERS = 1_200;

/** A customer asks for money back. */
export interface Ticket {
  readonly id: string;
  readonly customer: string;
  /** Sometimes there is no such charge: people mistype. */
  readonly charge: string;
  /** In cents. */
  readonly amount: number;
}

interface Charge {
  readonly id: string;
  readonly customer: string;
  readonly amount: number;
}

/** A payments API as a mock, over HTTP, and the customers who write tickets about what they bought there. */
export class Business {
  readonly server: WorldServer;
  readonly world: World;
  readonly #random: Prng = prng(SEED);
  readonly #charges: Charge[];
  #tickets = 0;

  private constructor(world: World, server: WorldServer, charges: readonly Charge[]) {
    this.world = world;
    this.server = server;
    this.#charges = [...charges];
  }

  static async open(clock: Clock): Promise<Business> {
    const world = payments.create({ seed: SEED, startsAt: clock.now(), size: CUSTOMERS, apiKey: BUSINESS_KEY });
    const handlers = worldHandlers(world, { paths: payments.paths, clock });
    const server = await serveWorld({ handlers, port: 0 });
    return new Business(world, server, refundable(world, clock));
  }

  /** The next ticket: about a charge that nobody has asked about yet, or about one that does not exist. */
  ticket(): Ticket {
    this.#tickets += 1;
    const id = `T-${String(this.#tickets).padStart(5, '0')}`;
    const charge = this.#charges.pop();
    if (charge === undefined)
      throw new Error('Every charge of the business has had its ticket; open one with more customers.');
    const asked = Math.round(50 * 800 ** this.#random.next());
    const amount = Math.max(50, Math.min(asked, charge.amount, 40_000));
    const isMistyped = this.#random.next() < 0.03;
    return { id, customer: charge.customer, charge: isMistyped ? `${charge.id}_typo` : charge.id, amount };
  }

  close(): Promise<void> {
    return this.server.close();
  }
}

/** Charges in dollars of which nothing was refunded, in an order that says nothing. */
function refundable(world: World, clock: Clock): readonly Charge[] {
  const random = prng(SEED + 1);
  const ids = world.ids()['charge'] ?? [];
  const charges = ids.flatMap((id): Charge[] => {
    const { body } = world.handle({
      at: clock.now(),
      method: 'GET',
      path: `/v1/charges/${id}`,
      query: {},
      headers: { authorization: `Bearer ${BUSINESS_KEY}` },
      body: null,
    });
    const { customer, amount, amount_refunded: refunded, currency, status } = body as Readonly<Record<string, unknown>>;
    const isSound = currency === 'usd' && refunded === 0 && status === 'succeeded';
    return isSound && typeof customer === 'string' && typeof amount === 'number' ? [{ id, customer, amount }] : [];
  });
  return charges
    .map((charge) => ({ charge, place: random.next() }))
    .sort((a, b) => a.place - b.place)
    .map(({ charge }) => charge);
}
