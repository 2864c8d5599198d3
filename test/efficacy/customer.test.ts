import { expect, test } from 'vitest';
import { clusterOf, customerOf, halfOf } from '../../efficacy/customer.ts';

test.each([
  ['You are mia_li_3668. You want to fly from New York to Seattle.', 'mia_li'],
  ['You are Yusuf Rossi in 19122.', 'yusuf_rossi'],
  ['You are an interesting guy called Noah Patel, living in the Big Apple.', 'noah_patel'],
  ['You live in New York. Your name is Chen Smith.', 'chen_smith'],
  ['You are Amelia, and have silva7872@example.com and amelia.silva7872@example.com.', 'amelia_silva'],
])('the customer of “%s” is %s, in whatever wording', (prompt, customer) => {
  expect(customerOf(prompt)).toBe(customer);
});

test('a task about nobody is an error, not a cluster of its own', () => {
  expect(() => clusterOf('retail', 'Say hello.')).toThrow(/whom a task is about/);
});

test('about half of the customers are held out, and the same ones each time', () => {
  const clusters = Array.from({ length: 2_000 }, (_, index) => `retail/customer_${index}`);
  const held = clusters.filter((cluster) => halfOf(cluster) === 'held_out').length;
  expect(held).toBeGreaterThan(900);
  expect(held).toBeLessThan(1_100);
  expect(halfOf('retail/yusuf_rossi')).toBe(halfOf('retail/yusuf_rossi'));
});
