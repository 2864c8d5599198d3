import { hash } from 'node:crypto';

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: Canvas; color: CanvasText; }
main { width: min(22rem, 100vw - 2rem); }
h1 { font-size: 1.25rem; margin: 0 0 1.5rem; }
label { display: block; margin-bottom: .375rem; }
input, button, a.provider { box-sizing: border-box; width: 100%; min-height: 2.75rem; font: inherit; padding: .5rem .75rem; border-radius: .375rem; }
input { border: 1px solid GrayText; background: Field; color: FieldText; }
button, a.provider { margin-top: 1rem; display: block; border: 1px solid CanvasText; background: CanvasText; color: Canvas; cursor: pointer; text-align: center; text-decoration: none; }
:focus-visible { outline: 3px solid Highlight; outline-offset: 2px; }
p[role=alert] { border-left: 4px solid CanvasText; padding-left: .75rem; }
`;

/** This page has no script and one style; every other answer of ours may have less or other things. */
export const SIGN_IN_POLICY = `default-src 'none'; style-src 'sha256-${hash('sha256', STYLE, 'base64')}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`;

export interface SignInPage {
  /** What went wrong, in a sentence. */
  readonly alert?: string;
  /** Where they wanted to go; a path of ours. */
  readonly next: string;
  readonly oidc: boolean;
}

/** All that somebody sees who has not signed in: no version, no names. */
export function signInPage({ alert, next, oidc }: SignInPage): string {
  const query = next === '/' ? '' : `?next=${encodeURIComponent(next)}`;
  const said = alert === undefined ? '' : `<p role="alert" id="alert">${escaped(alert)}</p>\n`;
  const described = alert === undefined ? '' : ' aria-describedby="alert" aria-invalid="true"';
  const provider = oidc
    ? `<a class="provider" href="/oidc/start${escaped(query)}">Sign in with your organisation</a>\n`
    : '';
  return document(
    '',
    `${said}<form method="post" action="/sign-in${escaped(query)}">
<label for="token">Token</label>
<input id="token" name="token" type="password" autocomplete="current-password" autocapitalize="off" spellcheck="false" required autofocus${described}>
<button type="submit">Sign in</button>
</form>
${provider}`,
  );
}

/**
 * Goes on to a path of ours from a page of ours. Whoever follows a link from elsewhere, a pager's say, comes without their
 * cookie, for it is for our own pages alone; one step further it is sent.
 */
export function onwardPage(path: string): string {
  return document(
    `<meta http-equiv="refresh" content="0;url=${escaped(path)}">\n`,
    `<p><a href="${escaped(path)}">Go on</a></p>\n`,
  );
}

function document(head: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Interlock</title>
${head}<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Interlock</h1>
${body}</main>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}
