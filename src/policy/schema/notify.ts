import { z } from 'zod';
import { text } from './text.ts';

/** More would be a list nobody reads; each is one more way out of the door. */
export const CHANNELS_MAX = 16;

export const EnvName = text(
  'the name of an environment variable in capitals: PD_ROUTING_KEY',
  /^[A-Z_][A-Z0-9_]{0,127}$/,
);

const Address = z.string({ error: 'an https address: https://ops.example/hook' }).min(1).max(2_000);

/** The words for a value of another type, and for nothing else: a list of known keys keeps its own. */
export const formed =
  (form: string) =>
  (issue: z.core.$ZodRawIssue): string | undefined =>
    issue.code === 'invalid_type' ? form : undefined;

const PagerDuty = z.strictObject(
  {
    env: EnvName.meta({
      description:
        'The environment variable that holds the routing key of an Events API v2 integration. Never the key.',
      examples: ['PD_ROUTING_KEY'],
    }),
    url: Address.default('https://events.pagerduty.com').meta({
      description: "Where PagerDuty takes events: another address for its EU region, or for a test's stand-in.",
      examples: ['https://events.eu.pagerduty.com'],
    }),
  },
  { error: formed('{ env: PD_ROUTING_KEY }') },
);

const Slack = z.strictObject(
  {
    env: EnvName.meta({
      description: 'The environment variable that holds the address of an incoming webhook; the address is the secret.',
      examples: ['SLACK_WEBHOOK_URL'],
    }),
  },
  { error: formed('{ env: SLACK_WEBHOOK_URL }') },
);

export const SignedWebhook = z.strictObject(
  {
    url: Address.meta({
      description: 'Where it is posted. It stands in the journal with the policy: no secret belongs in it.',
      examples: ['https://ops.example/hook'],
    }),
    secret: z
      .strictObject(
        {
          env: EnvName.meta({
            description: 'The environment variable that holds the signing secret (`whsec_…`). Never the secret itself.',
            examples: ['HOOK_SECRET'],
          }),
        },
        { error: formed('{ env: HOOK_SECRET }') },
      )
      .meta({
        description: 'What it is signed with, as Standard Webhooks says.',
        examples: [{ env: 'HOOK_SECRET' }],
      }),
  },
  { error: formed('{ url: https://ops.example/hook, secret: { env: HOOK_SECRET } }') },
);

const Kind = z.enum(['freeze', 'hold', 'resume', 'stage']);

export const Notify = z
  .array(
    z.strictObject(
      {
        pagerduty: PagerDuty.optional().meta({
          description:
            'An incident in PagerDuty per freeze, which the resume resolves; also per demotion and break-glass.',
          examples: [{ env: 'PD_ROUTING_KEY' }],
        }),
        slack: Slack.optional().meta({
          description: 'A message in a Slack channel.',
          examples: [{ env: 'SLACK_WEBHOOK_URL' }],
        }),
        webhook: SignedWebhook.optional().meta({
          description: 'A signed POST to an address of your own.',
          examples: [{ url: 'https://ops.example/hook', secret: { env: 'HOOK_SECRET' } }],
        }),
        on: z
          .array(Kind)
          .min(1, { error: 'at least one of freeze, hold, resume, stage' })
          .optional()
          .meta({
            description:
              'What it is told: an agent was frozen or killed, a call is held for a human, an agent was resumed, ' +
              'it may do more or less than before (promoted, demoted, break-glass). ' +
              'Without it PagerDuty hears of all but held calls, the others of everything.',
            examples: [['freeze', 'resume']],
          }),
      },
      { error: formed('{ pagerduty: … }, { slack: … } or { webhook: … }') },
    ),
  )
  .max(CHANNELS_MAX, { error: `at most ${CHANNELS_MAX} channels` })
  .default([])
  .meta({
    description: 'Who is told when an agent is stopped, waits for a human, or stands elsewhere than before.',
    examples: [[{ pagerduty: { env: 'PD_ROUTING_KEY' } }, { slack: { env: 'SLACK_WEBHOOK_URL' } }]],
  });

export type NotifyFile = z.infer<typeof Notify>;
