import { createHash } from 'node:crypto';
import { type Child, html, trusted } from './html.ts';

/** A style sheet with its hash, made once. */
export interface Style {
  readonly text: string;
  readonly hash: string;
}

export const styleOf = (text: string): Style => ({ text, hash: createHash('sha256').update(text).digest('base64') });

/**
 * A page that opens from a disk: one file that asks the network for nothing and holds no script.
 * INVARIANT: its content security policy allows its one style sheet, by its hash, and an icon from a data URL, nothing
 * else. So even markup that slipped through escaping could neither run nor fetch.
 */
export function documentOf(title: string, style: Style, body: Child): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy(style)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${title}</title>
        <link rel="icon" href="${ICON}" />
        ${styleElement(style)}
      </head>
      <body>
        ${body}
      </body>
    </html> `.markup;
}

/** Made whole: a formatter that moved a space within the element would break its hash. */
const styleElement = ({ text }: Style) => trusted(`<style>${text}</style>`);

const contentSecurityPolicy = ({ hash }: Style): string =>
  ["default-src 'none'", `style-src 'sha256-${hash}'`, 'img-src data:', "base-uri 'none'", "form-action 'none'"].join(
    '; ',
  );

/** Without an icon of its own, a browser asks the server for one. */
const ICON = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path fill="#3a6ea5" d="M2 2h5v12H2zM9 2h5v12H9z"/></svg>',
)}`;
