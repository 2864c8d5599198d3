import { search } from '../../../src/lab/probe/search.ts';
import { simpleAdversaries } from './simple-adversaries.ts';
import { refundedMore, refundedTwice } from './refund-oracles.ts';
import { refundsField } from './refunds-field.ts';
import { LEAKY_RULES, plainly } from './search-result.ts';

// The same search in a process of its own, as another machine would make it.
const field = refundsField(LEAKY_RULES);
const oracles = [refundedTwice, refundedMore(30_000_000n, 3_600_000)];
const options = { seed: 11, runs: 300, keepGoing: true, clock: { now: () => 0 } };
console.log(plainly(search(field, oracles, simpleAdversaries, options)));
