import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BASE_AT, entry, har, type Entry } from './hars.ts';
import { audited, imported } from './shop.ts';

const SITE = 'https://api.shop.example/v2';

/** A call as its maker knows it, in no form that the importer has. */
interface Intended {
  readonly kind: 'get_order' | 'cancel' | 'refund';
  readonly order: string;
  readonly cents: number;
  readonly afterMs: number;
  readonly tookMs: number;
  readonly page: string;
  readonly status: number;
  readonly form: 'json' | 'form' | 'params' | 'base64';
}

const intended: fc.Arbitrary<Intended> = fc.record({
  kind: fc.constantFrom('get_order', 'cancel', 'refund'),
  order: fc.stringMatching(/^[A-Za-z0-9_-]{1,8}$/),
  cents: fc.integer({ min: -5, max: 20_000 }),
  afterMs: fc.integer({ min: 0, max: 5_000 }),
  tookMs: fc.integer({ min: 0, max: 9_000 }),
  page: fc.constantFrom('page_1', 'page_2'),
  status: fc.constantFrom(200, 404, 503),
  form: fc.constantFrom('json', 'form', 'params', 'base64'),
});

function bodyOf({ order, cents, form }: Intended): { readonly text: string; readonly postData: object } {
  const json = JSON.stringify({ order, amount: cents });
  const fields = `order=${order}&amount=${cents}`;
  const params = [
    { name: 'order', value: order },
    { name: 'amount', value: String(cents) },
  ];
  const [isJson, mimeType] =
    form === 'json' || form === 'base64' ? [true, 'application/json'] : [false, 'application/x-www-form-urlencoded'];
  const kept = {
    json: { text: json },
    base64: { text: Buffer.from(json).toString('base64'), encoding: 'base64' },
    form: { text: fields },
    params: { params },
  };
  return { text: isJson ? json : fields, postData: { mimeType, ...kept[form] } };
}

function recorded(call: Intended, at: number): Entry {
  const { kind, order, page, tookMs, status } = call;
  const requests = {
    get_order: { url: `${SITE}/orders/${order}` },
    cancel: { method: 'POST', url: `${SITE}/orders/${order}/cancel` },
    refund: { method: 'POST', url: `${SITE}/refunds`, postData: bodyOf(call).postData },
  };
  const response = { status, headers: [], content: { mimeType: 'application/json', text: '{}' } };
  const startedDateTime = new Date(at).toISOString();
  return entry(0, requests[kind], { startedDateTime, time: tookMs, pageref: page, response });
}

function expected(call: Intended, at: number): object {
  const { kind, order, cents, page } = call;
  const targets = { get_order: `/orders/${order}`, cancel: `/orders/${order}/cancel`, refund: '/refunds' };
  return {
    at,
    agent: 'bot',
    task: page,
    session: page,
    upstream: 'shop',
    route: kind,
    method: kind === 'get_order' ? 'GET' : 'POST',
    target: targets[kind],
    body: kind === 'refund' ? bodyOf(call).text : null,
    subject: `order:${order}`,
    amount: kind === 'refund' ? { micros: String(cents * 10_000), currency: 'USD' } : null,
  };
}

test('import of a HAR made from any calls gives a journal whose calls equal them, and an audit agrees', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(intended, { minLength: 1, maxLength: 12 }), fc.func(fc.nat()), async (calls, shuffle) => {
      let at = BASE_AT;
      // Strictly later each: calls of one instant have no order but the file's.
      const timed = calls.map((call) => ({ call, at: (at += 1 + call.afterMs) }));
      const entries = timed.map(({ call, at }) => recorded(call, at)).toSorted((a, b) => shuffle(a) - shuffle(b));
      const { dir, calls: found } = await imported(har(entries));
      const told = found.map(({ at, agent, task, session, upstream, route, method, target, body, facts }) => {
        const { subject, amount } = facts;
        return { at, agent, task, session, upstream, route, method, target, body, subject, amount };
      });
      expect(told).toEqual(timed.map(({ call, at }) => expected(call, at)));
      expect(await audited(dir)).toEqual({ ok: true, calls: calls.length, differences: [] });
    }),
    { numRuns: 60 },
  );
});
