import { z } from 'zod';
import type { CollarRule } from '../../engine/guards/collar.ts';
import { moneyOf } from '../checked.ts';
import { Amount, count, CurrencyCode } from '../schema/text.ts';
import { codes } from '../semantics/view.ts';
import type { RuleKind } from './kind.ts';
import { selector } from './selector.ts';

const ITEMS_MAX = 1_000_000;

export const Collar = z
  .strictObject({
    ...selector,
    min: Amount.optional().meta({ description: 'Smallest amount. Absent: anything above zero.', examples: ['1 USD'] }),
    max: Amount.optional().meta({ description: 'Largest amount of one call.', examples: ['200 USD'] }),
    currencies: z
      .array(CurrencyCode)
      .min(1, { error: 'at least one currency' })
      .optional()
      .meta({ description: 'Currencies that are allowed.', examples: [['USD', 'EUR']] }),
    items: count(ITEMS_MAX)
      .optional()
      .meta({ description: 'Most items of a bulk call.', examples: [10] }),
  })
  .meta({ description: 'Bounds on one call by itself.' });

export const collar: RuleKind<z.infer<typeof Collar>, CollarRule> = {
  check({ items }, { concerned, path }, report) {
    if (items === undefined || concerned.some(([, route]) => route.items !== undefined)) return;
    report.error([...path, 'items'], { message: 'no route of this collar says where its `items` are', on: 'key' });
  },
  compile: ({ min, max, currencies, items }, { rule, routes }) => ({
    rule,
    routes,
    min: min === undefined ? undefined : moneyOf(min),
    max: max === undefined ? undefined : moneyOf(max),
    currencies: currencies === undefined ? undefined : codes(currencies),
    itemsMax: items,
  }),
};
