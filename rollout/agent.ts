import type { Ticket } from './business.ts';

/** Where an agent reaches its business, and as whom. */
export interface Way {
  /** The door's address for it. */
  readonly payments: string;
  readonly door: string;
  readonly token: string;
}

/** `careful` does what the ticket says; `broken` refunds ten times what was asked, as after a change that nobody tested. */
export type Manner = 'careful' | 'broken';

/** What became of a ticket, as far as the agent knows. */
export type Worked = 'refunded' | 'no such charge' | 'refused';

const TENFOLD = 10;
/** The rules hold it to this much a refund. */
const REFUND_MAX_CENTS = 40_000;

/** Works on one ticket: looks at the charge, says what it decides, refunds. It knows of the door what any program does: an address and a key. */
export async function work(
  { payments, door, token }: Way,
  { id, customer, charge, amount }: Ticket,
  manner: Manner,
): Promise<Worked> {
  const headers = { authorization: `Bearer ${token}`, 'interlock-session': id };
  const read = await fetch(`${payments}/v1/charges/${charge}`, { headers });
  const found = (await read.json()) as { readonly amount?: number };
  if (!read.ok || found.amount === undefined) return 'no such charge';
  const refunded = manner === 'careful' ? amount : Math.min(amount * TENFOLD, found.amount, REFUND_MAX_CENTS);
  await fetch(`${door}/.interlock/notes`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({
      text: `${id}: ${customer} asks ${dollars(amount)} of ${charge} back. I refund ${dollars(refunded)}.`,
    }),
  });
  const body = new URLSearchParams({
    charge,
    amount: String(refunded),
    'metadata[customer]': customer,
    'metadata[ticket]': id,
  });
  const answer = await fetch(`${payments}/v1/refunds`, {
    method: 'POST',
    headers: { ...headers, 'idempotency-key': id },
    body,
  });
  await answer.arrayBuffer();
  return answer.ok ? 'refunded' : 'refused';
}

export function dollars(cents: number): string {
  return `$${(cents / 100).toFixed(2)}`;
}
