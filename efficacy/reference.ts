import type { Suite } from './customer.ts';
import { traceRecords } from './recordings.ts';

/** One action of the benchmark's reference solution. */
interface Reference {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
}

interface Operation {
  readonly route: string;
  /** What it acts on, `order`, and the argument that names it. */
  readonly subject: readonly [string, string];
  /** The argument that travels in the path and not in the body. */
  readonly inPath: string | null;
}

const order = (route: string): Operation => ({ route, subject: ['order', 'order_id'], inPath: 'order_id' });
const reservation = (route: string): Operation => ({
  route,
  subject: ['reservation', 'reservation_id'],
  inPath: 'reservation_id',
});

/** The tools that change something, as the study's policies call them. All others read, or hand over to a person. */
const OPERATIONS: Readonly<Record<Suite, Readonly<Record<string, Operation>>>> = {
  retail: {
    cancel_pending_order: order('cancel_order'),
    return_delivered_order_items: order('return_items'),
    exchange_delivered_order_items: order('exchange_items'),
    modify_pending_order_items: order('change_items'),
    modify_pending_order_address: order('change_order_address'),
    modify_pending_order_payment: order('change_payment'),
    modify_user_address: { route: 'change_user_address', subject: ['user', 'user_id'], inPath: 'user_id' },
  },
  airline: {
    book_reservation: { route: 'book', subject: ['user', 'user_id'], inPath: null },
    cancel_reservation: reservation('cancel'),
    update_reservation_flights: reservation('change_flights'),
    update_reservation_baggages: reservation('change_baggage'),
    update_reservation_passengers: reservation('change_passengers'),
    send_certificate: { route: 'send_certificate', subject: ['user', 'user_id'], inPath: 'user_id' },
  },
};

/** What reference solutions do not hold, since it changes no state: an agent that hands over is not compared by that. */
export const UNCOMPARED = 'hand_over';

/**
 * What a person would have done in each run's task, as an actuals file (NDJSON): the benchmark's reference actions that change
 * something. A task whose reference changes nothing says so.
 */
export function referenceActuals(suite: Suite): string {
  const rows = traceRecords()
    .filter((trace) => trace.suite === suite)
    .flatMap(({ trace_id: session, gold }) => {
      const acts = gold.flatMap((one) => rowsOf(suite, session, one));
      return acts.length === 0 ? [{ session, action: 'nothing' }] : acts;
    });
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

function rowsOf(suite: Suite, session: string, { tool, args }: Reference): readonly object[] {
  const operation = OPERATIONS[suite][tool];
  if (operation === undefined) return [];
  const { route, subject, inPath } = operation;
  const [kind, named] = subject;
  const money = tool === 'send_certificate' ? { amount: args['amount'], currency: 'USD' } : {};
  const fields = Object.entries(args).filter(
    ([name]) => name !== inPath && !(tool === 'send_certificate' && name === 'amount'),
  );
  // The order's number is `#W1` in the tool and `W1` in the address.
  const on = `${kind}:${String(args[named]).replace(/^#/, '')}`;
  const body = Object.fromEntries(fields.map(([name, value]) => [`body.${name}`, value]));
  return [{ session, action: route, subject: on, ...money, ...body }];
}
