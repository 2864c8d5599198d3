/** A sealer that is killed some time: `fork(…, [dir])`. It says when it begins. */
import { seal } from '../../src/warehouse/index.ts';

const [, , dir = ''] = process.argv;
process.send?.('begins');
await seal({ dir, now: () => Date.now() });
process.send?.('done');
process.disconnect();
