import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import type { Received } from './loopback.ts';

/** PagerDuty's Events API v2, as its reference gives the fields and their bounds. */
const trigger = z.strictObject({
  routing_key: z.string().length(32),
  event_action: z.literal('trigger'),
  dedup_key: z.string().min(1).max(255),
  client: z.string(),
  links: z.array(z.strictObject({ href: z.string(), text: z.string() })),
  payload: z.strictObject({
    summary: z.string().min(1).max(1_024),
    source: z.string().min(1),
    severity: z.enum(['critical', 'error', 'warning', 'info']),
    timestamp: z.iso.datetime(),
    component: z.string(),
    group: z.string(),
    class: z.string(),
    custom_details: z.record(z.string(), z.string()),
  }),
});
const resolve = z.strictObject({
  routing_key: z.string().length(32),
  event_action: z.literal('resolve'),
  dedup_key: z.string().min(1).max(255),
});
const pagerDutyEvent = z.discriminatedUnion('event_action', [trigger, resolve]);

export type PagerDutyEvent = z.infer<typeof pagerDutyEvent>;

/** What PagerDuty would have understood; throws where it would have answered 400. */
export function asPagerDuty({ method, path, headers, body }: Received): PagerDutyEvent {
  if (method !== 'POST' || path !== '/v2/enqueue') throw new Error(`PagerDuty has no ${method} ${path}`);
  if (headers['content-type'] !== 'application/json') throw new Error('PagerDuty takes JSON');
  return pagerDutyEvent.parse(JSON.parse(body));
}

const change = z.strictObject({
  routing_key: z.string().length(32),
  links: z.array(z.strictObject({ href: z.string(), text: z.string() })),
  payload: z.strictObject({
    summary: z.string().min(1).max(1_024),
    source: z.string().min(1),
    timestamp: z.iso.datetime(),
    custom_details: z.record(z.string(), z.string()),
  }),
});

/** What PagerDuty would have understood of a change event; throws where it would have answered 400. */
export function asPagerDutyChange({ method, path, body }: Received): z.infer<typeof change> {
  if (method !== 'POST' || path !== '/v2/change/enqueue') throw new Error(`PagerDuty has no ${method} ${path}`);
  return change.parse(JSON.parse(body));
}

const event = z.strictObject({
  type: z.string().regex(/^[a-z]+(\.[a-z]+)+$/),
  timestamp: z.iso.datetime(),
  data: z.looseObject({ agent: z.string(), title: z.string(), incident: z.string(), commands: z.array(z.string()) }),
});

export interface VerifiedWebhook extends z.infer<typeof event> {
  readonly id: string;
}

/** A page whose signature the package's own verifier accepts; throws where it does not. */
export function asWebhook({ headers, body }: Received, secret: string): VerifiedWebhook {
  const verified = new Webhook(secret).verify(body, headers as Record<string, string>);
  return { ...event.parse(verified), id: String(headers['webhook-id']) };
}

const plainText = z.strictObject({
  type: z.literal('plain_text'),
  emoji: z.literal(false),
  text: z.string().max(3_000),
});
const slackMessage = z.strictObject({
  text: z.string().min(1),
  blocks: z
    .array(
      z.union([
        z.strictObject({ type: z.literal('header'), text: plainText.extend({ text: z.string().max(150) }) }),
        z.strictObject({ type: z.literal('section'), text: plainText }),
        z.strictObject({
          type: z.literal('section'),
          text: z.strictObject({
            type: z.literal('mrkdwn'),
            verbatim: z.literal(true),
            text: z
              .string()
              .max(3_000)
              .regex(/^```\n[^]*\n```$/),
          }),
        }),
      ]),
    )
    .max(50),
});

export function asSlack({ body }: Received): z.infer<typeof slackMessage> {
  return slackMessage.parse(JSON.parse(body));
}
