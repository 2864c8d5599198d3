import { z } from 'zod';
import { NETWORKS } from '../network.ts';
import { Breaker } from '../rules/breaker.ts';
import { Contract } from '../rules/contract.ts';
import { parseDuration } from '../../std/duration.ts';
import { count, text } from './text.ts';

/** Concurrency beyond this is a typing error for one business API. */
export const INFLIGHT_MAX = 10_000;
export const CONNECTIONS_MAX = 4_096;

const HeaderName = text("a header's name: X-Api-Key", /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/);

/** How the key travels to the upstream. */
const CredentialForm = z.union(
  [
    z.enum(['bearer', 'basic'], { error: 'bearer, basic, or { header: NAME }' }),
    text('bearer, basic, or "header: X-Api-Key"', /^header: ?[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/),
    z.strictObject({
      header: HeaderName.meta({ description: 'The header that holds the key alone.', examples: ['X-Api-Key'] }),
    }),
  ],
  { error: 'bearer, basic, or { header: NAME }' },
);

const Credential = z
  .strictObject({
    env: text('the name of an environment variable in capitals: STRIPE_SECRET_KEY', /^[A-Z_][A-Z0-9_]{0,127}$/).meta({
      description: 'The environment variable that holds the key (for basic: `user:password`). Never the key itself.',
      examples: ['STRIPE_SECRET_KEY'],
    }),
    as: CredentialForm.meta({
      description: 'How the key travels: `Authorization: Bearer`, `Authorization: Basic`, or a header of its own.',
      examples: ['bearer', { header: 'X-Api-Key' }],
    }),
  })
  .meta({ description: "The upstream's key. Only the door reads it; the agent never sees it." });

/** What waits longer is not waiting. Node's timers hold no more than 24 days, and fire at once beyond. */
export const TIMEOUT_MAX_MS = 86_400_000;

const Timeout = text(
  'a whole number and a unit, at most a day: 500ms, 60s, 15m, 1h, 1d',
  /^[1-9]\d{0,8}(ms|s|m|h|d)$/,
  (duration) => (parseDuration(duration) ?? Infinity) <= TIMEOUT_MAX_MS,
);

const Timeouts = z
  .strictObject({
    head: Timeout.default('60s').meta({
      description: 'From sending a request to the head of its answer. Afterwards the outcome counts as unknown.',
      examples: ['30s'],
    }),
    idle: Timeout.default('60s').meta({
      description: "Between two pieces of an answer's body.",
      examples: ['30s'],
    }),
    total: Timeout.default('15m').meta({
      description:
        "From sending a request to its answer's last byte, however steadily it comes. Raise it, to at most `1d`, for an upstream whose streams last.",
      examples: ['1h'],
    }),
  })
  .meta({
    description: 'How long the door waits for this upstream.',
    examples: [{ head: '30s', idle: '60s', total: '1h' }],
  });

export const Upstream = z
  .strictObject({
    url: z.string({ error: 'an address: https://api.stripe.com' }).meta({
      description: 'Where it is. A path is put in front of every route. No credentials, query or fragment.',
      examples: ['https://api.stripe.com'],
    }),
    network: z
      .enum(NETWORKS, { error: 'public, private or loopback' })
      .default('public')
      .meta({
        description:
          'Where it is. The door connects to no address elsewhere, whatever its name resolves to: `public` is the internet, ' +
          '`private` an internal network (RFC 1918, 100.64/10, fc00::/7), `loopback` this machine. Never link-local or metadata.',
        examples: ['loopback'],
      }),
    ca: z
      .string({ error: 'a path: ./certificates/internal-ca.pem' })
      .min(1)
      .optional()
      .meta({
        description:
          'Certificates (PEM) of the private authority that vouches for it, instead of the public ones; relative to the policy file.',
        examples: ['./certificates/internal-ca.pem'],
      }),
    credential: Credential,
    mock: z
      .string({ error: "a shipped world's name, payments, or a path: ./mocks/payments.ts" })
      .min(1)
      .optional()
      .meta({
        description:
          "The business that stands in for it in the sandbox and in the probe: a shipped world's name, or a module that exports " +
          'a world definition, as a path relative to the policy file that begins with `./`, `../` or `/`.',
        examples: ['payments', './mocks/payments.ts'],
      }),
    openapi: z
      .string({ error: 'a path: ./specs/payments.json' })
      .min(1)
      .optional()
      .meta({
        description: 'Its OpenAPI document (3.0 or 3.1, JSON or YAML), relative to the policy file.',
        examples: ['./specs/payments.json'],
      }),
    shape: z
      .enum(['enforce', 'off'])
      .optional()
      .meta({
        description: 'Whether requests must fit their operation in `openapi`. Default: enforce where there is one.',
        examples: ['enforce'],
      }),
    contract: Contract.optional(),
    port: z
      .int({ error: 'a port from 0 to 65535' })
      .min(0, { error: 'a port from 0 to 65535' })
      .max(65_535, { error: 'a port from 0 to 65535' })
      .optional()
      .meta({
        description: 'A listening port of its own, for SDKs that only know host and port; 0 is any free one.',
        examples: [8701],
      }),
    timeouts: Timeouts.prefault({}),
    inflight: count(INFLIGHT_MAX)
      .optional()
      .meta({ description: 'Most calls under way at a time, over all agents.', examples: [20] }),
    breaker: Breaker.optional(),
    connections: count(CONNECTIONS_MAX)
      .default(128)
      .meta({ description: 'Most connections to it at a time.', examples: [32] }),
  })
  .meta({ description: 'A business API and its credential.' });

export type UpstreamFile = z.infer<typeof Upstream>;
