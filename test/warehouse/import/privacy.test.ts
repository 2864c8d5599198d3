import { expect, test } from 'vitest';
import { revealed } from '../../../src/journal/index.ts';
import { tracesIn } from '../../cli/traces.ts';
import { entry, har, refund } from './hars.ts';
import { audited, imported, SHOP } from './shop.ts';

const POLICY = SHOP.replace(
  'effect: read, subject: "order:{id}" }',
  'effect: read, subject: "order:{id}", pii: [answer.email] }',
).replace('subject: "order:{body.order}"', 'subject: "order:{body.order}"\n    pii: [body.reason]');
const EMAIL = 'anna.muster@example.com';
const REASON = 'Anna says it never came';

test('personal data of a recording is sealed as it is read, also that of a call that cannot be used', async () => {
  const text = JSON.stringify({ order: 'W1', amount: 100, reason: REASON });
  const [asked, answered] = [
    { mimeType: 'application/json', text },
    { size: 40, mimeType: 'application/json', text: JSON.stringify({ id: 'W1', email: EMAIL }) },
  ];
  const read = entry(1, {}, { response: { status: 200, headers: [], content: answered } });
  const broken = refund(0, 'W1', 100);
  broken.request['postData'] = { mimeType: 'application/json', text: `{"reason":"${REASON}` };
  const paid = refund(2, 'W1', 100);
  paid.request['postData'] = asked;
  const { dir, result, records } = await imported(har([broken, read, paid]), { policyText: POLICY });
  expect(result).toMatchObject({ ok: true, value: { calls: 2, unusable: 1 } });
  expect(tracesIn(dir, [EMAIL, REASON])).toEqual([]);
  expect(JSON.stringify(revealed(dir, { records }))).toContain(EMAIL);
  expect(JSON.stringify(revealed(dir, { records }))).toContain(REASON);
  expect(await audited(dir)).toEqual({ ok: true, calls: 2, differences: [] });
});
