import type { ChannelTerms } from '../policy/notify.ts';
import type { Channel } from './channel.ts';
import type { Page } from './page.ts';
import { poster } from './post.ts';

/** Slack's bounds: of a header's text, and of a section's. */
const HEADER_LENGTH_MAX = 150;
const SECTION_LENGTH_MAX = 3_000;

/**
 * A Slack incoming webhook. What others wrote stands in plain-text blocks, where Slack reads no markup; only the commands
 * are marked up, and they are ours.
 *
 * @param address the webhook's address, which is the secret
 */
export function slack({ name, on }: ChannelTerms, address: string): Channel {
  const { pathname, href } = new URL(address);
  const { post, close } = poster([address, href, pathname, ...pathname.split('/')]);
  return {
    name,
    on,
    send: (page, at, signal) => post({ url: address, headers: {}, body: JSON.stringify(messageOf(page)) }, at, signal),
    close,
  };
}

function messageOf({ title, facts, commands }: Page): object {
  const lines = facts.map(({ name, value }) => `${name}: ${value}`);
  return {
    text: escaped(title),
    blocks: [
      { type: 'header', text: { type: 'plain_text', emoji: false, text: bounded(escaped(title), HEADER_LENGTH_MAX) } },
      ...(lines.length === 0 ? [] : [plainSection(lines.join('\n'))]),
      ...(commands.length === 0 ? [] : [codeSection(commands.join('\n'))]),
    ],
  };
}

function plainSection(text: string): object {
  const shown = bounded(escaped(text), SECTION_LENGTH_MAX);
  return { type: 'section', text: { type: 'plain_text', emoji: false, text: shown } };
}

function codeSection(text: string): object {
  const shown = bounded(escaped(text.replaceAll('```', "'''")), SECTION_LENGTH_MAX - 8);
  return { type: 'section', text: { type: 'mrkdwn', verbatim: true, text: `\`\`\`\n${shown}\n\`\`\`` } };
}

/** The three characters that Slack gives a meaning to everywhere: `<!channel>` would call everyone. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Cuts no entity in half. */
function bounded(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1).replace(/&[a-z]{0,3}$/, '')}…`;
}
