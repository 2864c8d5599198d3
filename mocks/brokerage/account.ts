import { z } from 'zod';
import { answer, notFound, refuse } from '../json/answers.ts';
import { PAGE, page } from '../json/page.ts';
import { NOTHING } from '../json/route.ts';
import { CURRENCY, type Withdrawal } from './objects.ts';
import { route } from './route.ts';

export const account = [
  /** `equity`: what would be there if everything were sold, and bought back, at the bid and the ask of now. */
  route('GET /account', NOTHING, (desk) => {
    let equity = desk.cash;
    for (const { symbol, quantity } of desk.positions.values()) {
      const instrument = desk.instruments.get(symbol);
      if (instrument === undefined) continue;
      const { bid, ask } = desk.quote(instrument);
      equity += quantity * (quantity > 0 ? bid : ask);
    }
    return answer({ cash: desk.cash, equity, currency: CURRENCY });
  }),

  route('GET /withdrawals', z.strictObject(PAGE), (desk, where) => page(desk.withdrawals, where)),

  route(
    'POST /withdrawals',
    z.strictObject({ amount: z.int().positive(), destination: z.string() }),
    (desk, { amount, destination }) => {
      if (!desk.banks.has(destination)) return notFound('bank account', destination);
      if (amount > desk.cash) return refuse(409, 'insufficient_cash', `Only ${desk.cash} cents are there.`);
      const withdrawal: Withdrawal = { id: desk.newId('wd'), amount, destination, created_at: desk.now };
      desk.withdrawals.set(withdrawal.id, withdrawal);
      desk.withdrew(withdrawal);
      return answer(withdrawal, 201);
    },
  ),
];
