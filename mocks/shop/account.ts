import { answer } from '../json/answers.ts';
import { CURRENCY } from './objects.ts';
import { NOTHING } from '../json/route.ts';
import { route } from './route.ts';

export const account = [
  route('GET /account', NOTHING, (store) => answer({ balance: store.balance, currency: CURRENCY })),
];
