import { operations } from '../../src/lab/world/operation.ts';
import { account } from './account.ts';
import { customers } from './customers.ts';
import { inventory } from './inventory.ts';
import { notifications } from './notifications.ts';
import { orders } from './orders.ts';
import { returns } from './returns.ts';

/** Each resource is one file; a new one is a file, a line here, its forms in `forms.ts` and its path in `shop.ts`. */
export const ROUTES = operations([...account, ...customers, ...inventory, ...notifications, ...orders, ...returns]);
