import { answer, notFound } from '../json/answers.ts';
import { NOTHING } from '../json/route.ts';
import { place } from './orders.ts';
import { route } from './route.ts';

export const positions = [
  route('GET /positions', NOTHING, (desk) => answer({ data: [...desk.positions.values()] })),

  route('GET /positions/{id}', NOTHING, (desk, _input, symbol) =>
    desk.instruments.has(symbol) ? answer(desk.position(symbol)) : notFound('symbol', symbol),
  ),

  /** Everything is sold, or bought back, at whatever the market gives. */
  route('DELETE /positions/{id}', NOTHING, (desk, _input, symbol) => {
    const instrument = desk.instruments.get(symbol);
    const { quantity } = desk.position(symbol);
    if (instrument === undefined || quantity === 0) return notFound('position', symbol);
    return place(desk, instrument, {
      symbol,
      side: quantity > 0 ? 'sell' : 'buy',
      type: 'market',
      quantity: Math.abs(quantity),
      limit_price: null,
      client_order_id: null,
    });
  }),
];
