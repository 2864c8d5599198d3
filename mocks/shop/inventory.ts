import { z } from 'zod';
import { answer, notFound, refuse } from '../json/answers.ts';
import { PAGE, page } from '../json/page.ts';
import { NOTHING } from '../json/route.ts';
import { route } from './route.ts';

export const inventory = [
  route('GET /inventory', z.strictObject(PAGE), (store, where) => page(store.products, where)),

  route('GET /inventory/{id}', NOTHING, (store, _input, sku) => {
    const product = store.products.get(sku);
    return product === undefined ? notFound('product', sku) : answer(product);
  }),

  route('POST /inventory/{id}/price', z.strictObject({ price: z.int().positive() }), (store, { price }, sku) => {
    const product = store.products.get(sku);
    if (product === undefined) return notFound('product', sku);
    const repriced = { ...product, price };
    store.products.set(sku, repriced);
    store.changed('price_changed', `product:${sku}`, `from ${product.price} to ${price}`);
    return answer(repriced);
  }),

  route(
    'POST /inventory/{id}/adjust',
    z.strictObject({ delta: z.int().min(-10_000).max(10_000), reason: z.string().max(500).optional() }),
    (store, { delta, reason }, sku) => {
      const product = store.products.get(sku);
      if (product === undefined) return notFound('product', sku);
      const on_hand = product.on_hand + delta;
      if (on_hand < 0) return refuse(409, 'insufficient_stock', `Only ${product.on_hand} of ${sku} are on hand.`);
      const adjusted = { ...product, on_hand };
      store.products.set(sku, adjusted);
      store.changed('inventory_adjusted', `product:${sku}`, `by ${delta}: ${reason ?? ''}`);
      return answer(adjusted);
    },
  ),
];
