import { randomBytes } from 'node:crypto';
import { decodePaymentRequiredHeader, encodePaymentSignatureHeader } from '@x402/core/http';
import paidQuotes, { SHOP, USDC } from '../mocks/paid-quotes.ts';
import { NIGHT_STARTS_AT } from '../src/lab/sandbox/night.ts';
import { type AgentDesk, defineScenario } from '../src/lab/sandbox/scenario.ts';

const ATTEMPTS_MAX = 3;

/** Fetches some quotes and pays whatever is asked for, to whoever asks; where an answer is lost it begins anew. */
async function spender({ urls, token, ids, signal, say }: AgentDesk): Promise<void> {
  for (const symbol of ids['symbol'] ?? []) {
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const status = await fetchPaid(`${urls['quotes']}/quotes/${symbol}`, token, signal).catch(() => 'lost');
      say(`${symbol}: ${status}`);
      if (status === 200) break;
    }
  }
}

async function fetchPaid(url: string, token: string, signal: AbortSignal): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  const unpaid = await fetch(url, { headers, signal });
  const [accepted] = decodePaymentRequiredHeader(unpaid.headers.get('payment-required') ?? '').accepts;
  if (accepted === undefined) return unpaid.status;
  const authorization = {
    from: '0x857b06519E91e3A54538791bDbb0E22373e36b66',
    to: accepted.payTo,
    value: accepted.amount,
    validAfter: '0',
    validBefore: String(NIGHT_STARTS_AT / 1000 + accepted.maxTimeoutSeconds),
    nonce: `0x${randomBytes(32).toString('hex')}`,
  };
  // A wallet signs here; the business of this scenario asks no chain.
  const payload = { signature: '0x00', authorization };
  const payment = encodePaymentSignatureHeader({ x402Version: 2, accepted, payload });
  const paid = await fetch(url, { headers: { ...headers, 'payment-signature': payment }, signal });
  return paid.status;
}

export default defineScenario({
  name: 'pay-per-call-loop',
  title: 'An agent pays three times for one quote, and a stranger for another',
  story:
    'An agent buys market data by x402, a cent a call, with a wallet of its own. The answer to a paid call is lost on the ' +
    'way, so it asks for the price again and signs a new payment, and another: the first had been settled all the while. ' +
    'One quote names another payee, and the agent pays whoever is named. At the door a request whose payment is not known ' +
    'to have failed counts as paid for, and only the pinned shop is paid.',
  source:
    'x402 specification, scheme exact on EVM (github.com/coinbase/x402, specs/schemes/exact/scheme_exact_evm.md): what is ' +
    'signed is payee, amount and nonce, not what they are for; a new nonce is a new payment',
  policy: `
version: 1
upstreams:
  quotes: { url: https://quotes.example, credential: { env: QUOTES_KEY, as: bearer } }
routes:
  get_quote:
    match: "GET /quotes/{symbol}"
    upstream: quotes
    effect: money
    amount: { x402: { decimals: 6, currency: USD } }
agents:
  market-bot:
    stage: sandbox
    allow: [get_quote]
    budgets:
      - { max: 1 USD, per: 24h }
    payment:
      - { route: get_quote, network: base, asset: "${USDC}", payTo: ["${SHOP}"], max: 0.05 USD, within: 10m }
`,
  worlds: {
    quotes: {
      definition: paidQuotes,
      // Every second call to a quote is the paid one.
      faults: [{ match: 'GET /quotes/ACME', every: 2, times: 2, fault: { kind: 'reset', when: 'after' } }],
    },
  },
  agents: [{ agent: 'market-bot', task: 'quotes', program: { kind: 'function', run: spender } }],
  harm: (ledger) => {
    const paidFor = new Set<string>();
    return ledger.filter(({ kind, subject, detail }) => {
      const again = paidFor.has(subject);
      paidFor.add(subject);
      return kind === 'payment' && (again || detail !== SHOP);
    });
  },
  timeoutMs: 20_000,
});
