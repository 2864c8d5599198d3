import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { SecretWatch } from '../../src/door/secret-watch.ts';

const SECRETS = ['sk_live_aab', 'aabaabaabaab'];
/** Texts of which some hold a secret, and many nearly do. */
const texts = fc.array(fc.constantFrom('a', 'b', 'aab', 'sk_live_', ...SECRETS, ' '.repeat(40)), { maxLength: 12 });

test.prop([texts, fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 40 })])(
  'a secret is seen in the piece that completes it, however an answer is cut, and nothing else is',
  (parts, sizes) => {
    const text = parts.join('');
    const watch = new SecretWatch(SECRETS);
    for (let at = 0, turn = 0; at < text.length; turn += 1) {
      const end = at + (sizes[turn % sizes.length] as number);
      const shown = text.slice(0, end);
      const isIn = SECRETS.some((secret) => shown.includes(secret));
      expect(watch.sees(Buffer.from(text.slice(at, end)))).toBe(isIn);
      if (isIn) return;
      at = end;
    }
  },
);
