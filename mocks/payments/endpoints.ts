import { operations } from '../../src/lab/world/operation.ts';
import { balance } from './balance.ts';
import { charges } from './charges.ts';
import { customers } from './customers.ts';
import { paymentIntents } from './payment-intents.ts';
import { payouts } from './payouts.ts';
import { refunds } from './refunds.ts';
import { transfers } from './transfers.ts';

/** Each resource is one file; a new one is a file, a line here and its forms in `forms.ts`. */
export const ENDPOINTS = operations([
  ...balance,
  ...charges,
  ...customers,
  ...paymentIntents,
  ...payouts,
  ...refunds,
  ...transfers,
]);
