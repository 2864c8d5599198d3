import { expect, test } from 'vitest';
import { inUrl } from '../../src/dashboard/in-url.ts';

test.each([
  ['charge:ch_1', 'charge%3Ach_1'],
  ['a/b?c#d e', 'a%2Fb%3Fc%23d%20e'],
  ['..', '..'],
  ['Größe', 'Gr%C3%B6%C3%9Fe'],
  // A JSON body can bring half of one; a page that throws there shows nothing at all.
  ['half \uD83D', 'half%20%EF%BF%BD'],
  ['\uDE00 half', '%EF%BF%BD%20half'],
  ['\u{1F600}', '%F0%9F%98%80'],
])('%j in an address is %s', (text, address) => expect(inUrl(text)).toBe(address));
