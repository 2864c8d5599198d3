import { operations } from '../../src/lab/world/operation.ts';
import { account } from './account.ts';
import { orders } from './orders.ts';
import { positions } from './positions.ts';
import { quotes } from './quotes.ts';

/** Each resource is one file; a new one is a file, a line here, its forms in `forms.ts` and its path in `brokerage.ts`. */
export const ROUTES = operations([...account, ...orders, ...positions, ...quotes]);
