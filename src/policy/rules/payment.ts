import { assert } from '../../std/assert.ts';
import { z } from 'zod';
import { DAY_MS, type PaymentRule } from '../../engine/guards/payment.ts';
import { durationMs, moneyOf } from '../checked.ts';
import { nearest } from '../problem.ts';
import type { Report } from '../report.ts';
import type { RouteFile } from '../schema/route.ts';
import { Amount, Duration, text } from '../schema/text.ts';
import { selects } from '../selector.ts';
import { positive } from '../semantics/bounds.ts';
import { NETWORK_NAMES, networkOf } from '../x402-networks.ts';
import type { RuleKind, RulePlace } from './kind.ts';
import { selector } from './selector.ts';

/** A list longer than this pins nothing. */
const PAYEES_MAX = 100;

const Address = text('an EVM address in quotes: "0x" and 40 hexadecimal digits', /^0x[0-9a-fA-F]{40}$/);

export const Payment = z
  .strictObject({
    ...selector,
    network: z.string({ error: 'a network: base, or eip155:8453' }).meta({
      description: 'The EVM network, as x402 names it: by name (version 1) or CAIP-2 (version 2). Both mean the same.',
      examples: ['base', 'eip155:8453'],
    }),
    asset: Address.meta({
      description: "The token's contract. Its decimals and currency stand in the route's `amount.x402`.",
      examples: ['0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913'],
    }),
    payTo: z
      .array(Address)
      .min(1, { error: 'at least one payee' })
      .max(PAYEES_MAX)
      .meta({ description: 'Who may be paid.', examples: [['0x209693Bc6afc0C5328bA36FaF03C514EF312287C']] }),
    max: Amount.meta({ description: 'Largest amount of one payment.', examples: ['0.10 USD'] }),
    within: Duration.default('10m').meta({
      description: 'How long a request counts as paid for: no second payment for it meanwhile; at most 1d.',
      examples: ['10m'],
    }),
    unstatedAsset: z
      .enum(['deny', 'allow'])
      .default('deny')
      .meta({
        description: 'Headers of x402 version 1 do not state the asset. `allow` takes them to mean the pinned one.',
        examples: ['deny'],
      }),
  })
  .meta({ description: 'What an agent may pay by x402, to whom, and once for a request.' });

type PaymentFile = z.infer<typeof Payment>;

export const payment: RuleKind<PaymentFile, PaymentRule> = {
  check(rule, place, report) {
    const { path, concerned } = place;
    if (networkOf(rule.network) === undefined) {
      const suggestion = nearest(rule.network, NETWORK_NAMES);
      report.error([...path, 'network'], { message: `\`${rule.network}\` is no EVM network known here`, suggestion });
    }
    positive(rule.max, [...path, 'max'], report);
    if (durationMs(rule.within) > DAY_MS) {
      report.error([...path, 'within'], 'what was paid for is remembered for a day; write 1d or less');
    }
    const payees = rule.payTo.map((address) => address.toLowerCase());
    const repeated = payees.findIndex((address, index) => payees.indexOf(address) !== index);
    if (repeated >= 0) report.error([...path, 'payTo', repeated], `\`${rule.payTo[repeated]}\` is named twice`);
    for (const [id, route] of concerned) checkPrice(rule, id, route, place, report);
    checkAlone(place, report);
  },
  compile({ network, asset, payTo, max, within, unstatedAsset }, { rule, routes }) {
    const known = networkOf(network);
    assert(known !== undefined, `the network \`${network}\` was checked when the policy was read`);
    return {
      rule,
      routes,
      network: known,
      asset: asset.toLowerCase(),
      payTo: new Set(payTo.map((address) => address.toLowerCase())),
      max: moneyOf(max),
      withinMs: durationMs(within),
      unstatedAsset,
    };
  },
};

/** What is paid must be counted, and in the currency of the bound. */
function checkPrice(
  { max }: PaymentFile,
  id: string,
  { amount }: RouteFile,
  { path }: RulePlace,
  report: Report,
): void {
  if (amount?.x402 === undefined) {
    const accepted = 'amount: { x402: { decimals: 6, currency: USD } }';
    return report.error(path, { message: `\`${id}\` does not say how its payments are counted`, accepted });
  }
  const { currency } = amount.x402;
  if (moneyOf(max).currency === currency.toUpperCase()) return;
  report.error(
    [...path, 'max'],
    `\`${id}\` counts its payments in ${currency.toUpperCase()}; ${max} is no bound on that`,
  );
}

/** Two rules for one route would refuse what the other lets through. */
function checkAlone({ policy, agent, path, concerned }: RulePlace, report: Report): void {
  const earlier = policy.agents[agent]?.payment.slice(0, Number(path.at(-1))) ?? [];
  const twice = concerned.find(([id, { effect }]) => earlier.some((other) => selects(other, id, effect)));
  if (twice !== undefined) report.error(path, `\`${twice[0]}\` has a payment rule already; a route has one`);
}
