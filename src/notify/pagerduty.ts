import type { ChannelTerms } from '../policy/notify.ts';
import type { Channel } from './channel.ts';
import type { Page } from './page.ts';
import { poster } from './post.ts';

/** PagerDuty's bound on a summary; titles are far below it. */
const SUMMARY_LENGTH_MAX = 1_024;

/**
 * PagerDuty's Events API v2 (`POST /v2/enqueue`). Every page of one freeze has that freeze's `dedup_key`: a repetition
 * joins the incident that is open, and the resume resolves it. A promotion with nothing to resolve wakes nobody: it is a
 * change event (`POST /v2/change/enqueue`), which stands beside the next incident.
 */
export function pagerDuty({ name, on }: ChannelTerms, url: string, routingKey: string): Channel {
  const { post, close } = poster([routingKey, encodeURIComponent(routingKey)]);
  const base = url.replace(/\/+$/, '');
  return {
    name,
    on,
    send: (page, at, signal) => {
      const [address, event] = isChange(page) ? ['/v2/change/enqueue', changeOf(page)] : ['/v2/enqueue', eventOf(page)];
      const body = JSON.stringify({ routing_key: routingKey, ...event });
      return post({ url: base + address, headers: {}, body }, at, signal);
    },
    close,
  };
}

const isChange = ({ kind, severity, ends }: Page): boolean => kind === 'stage' && severity === 'info' && !ends;

function changeOf({ id, at, environment, title, facts }: Page): object {
  return {
    links: [],
    payload: {
      summary: title.slice(0, SUMMARY_LENGTH_MAX),
      source: `interlock ${environment}`,
      timestamp: new Date(at).toISOString(),
      custom_details: { ...Object.fromEntries(facts.map(({ name, value }) => [name, value])), Page: id },
    },
  };
}

function eventOf(page: Page): object {
  const { id, incident, ends, at, agent, environment, severity, title, reason, facts, commands } = page;
  if (ends) return { event_action: 'resolve', dedup_key: incident };
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
