import type { ChannelTerms } from '../policy/notify.ts';
import type { Channel } from './channel.ts';
import type { Page } from './page.ts';
import { poster } from './post.ts';

/** PagerDuty's bound on a summary; titles are far below it. */
const SUMMARY_LENGTH_MAX = 1_024;

/**
 * PagerDuty's Events API v2 (`POST /v2/enqueue`). Every page of one freeze has that freeze's `dedup_key`: a repetition
 * joins the incident that is open, and the resume resolves it.
 */
export function pagerDuty({ name, on }: ChannelTerms, url: string, routingKey: string): Channel {
  const { post, close } = poster([routingKey, encodeURIComponent(routingKey)]);
  const address = `${url.replace(/\/+$/, '')}/v2/enqueue`;
  return {
    name,
    on,
    send: (page, at, signal) => {
      const body = JSON.stringify({ routing_key: routingKey, ...eventOf(page) });
      return post({ url: address, headers: {}, body }, at, signal);
    },
    close,
  };
}

function eventOf(page: Page): object {
  const { id, incident, kind, at, agent, environment, severity, title, reason, facts, commands } = page;
  if (kind === 'resume') return { event_action: 'resolve', dedup_key: incident };
  return {
    event_action: 'trigger',
    dedup_key: incident,
    client: 'Interlock',
    links: [],
    payload: {
      summary: title.slice(0, SUMMARY_LENGTH_MAX),
      source: `interlock ${environment}`,
      severity,
      timestamp: new Date(at).toISOString(),
      component: agent,
      group: environment,
      class: reason,
      custom_details: {
        ...Object.fromEntries(facts.map(({ name, value }) => [name, value])),
        Commands: commands.join('\n'),
        Page: id,
      },
    },
  };
}
