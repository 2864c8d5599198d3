import { answer, notFound } from '../json/answers.ts';
import { NOTHING } from '../json/route.ts';
import { route } from './route.ts';

export const quotes = [
  route('GET /quotes', NOTHING, (desk) =>
    answer({ data: [...desk.instruments.values()].map((instrument) => desk.quote(instrument)) }),
  ),

  route('GET /quotes/{id}', NOTHING, (desk, _input, symbol) => {
    const instrument = desk.instruments.get(symbol);
    return instrument === undefined ? notFound('symbol', symbol) : answer(desk.quote(instrument));
  }),
];
