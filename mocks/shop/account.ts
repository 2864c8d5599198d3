import { answer } from './answers.ts';
import { CURRENCY } from './objects.ts';
import { NOTHING, route } from './route.ts';

export const account = [
  route('GET /account', NOTHING, (store) => answer({ balance: store.balance, currency: CURRENCY })),
];
