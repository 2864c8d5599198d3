import type { ControlContext } from '../access/human.ts';
import { may } from '../access/may.ts';
import type { ControlApp } from '../routes/operation.ts';
import { Dashboard, type PageFile } from './built.ts';

const INDEX = '/index.html';
const YEAR_S = 31_536_000;
/** What a browser may keep of files whose name changes with their content; only this person's browser. */
const FOR_GOOD = `private, max-age=${YEAR_S}, immutable`;
/** Asks each time whether it is still the same. */
const ASK_AGAIN = 'private, no-cache';

const NOT_BUILT = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Interlock: the page is missing</title>
<h1>The page has not been built</h1>
<p>The door works, and so do the commands: <code>interlock status</code>, <code>interlock kill AGENT --reason …</code></p>
<p>To have the page, run <code>npm run prepare</code> in the checkout that <code>interlock serve</code> runs from, and load this again.
The published package has it built.</p>
</html>
`;

/**
 * The page for people who have signed in. Whatever is no file and does not look like one is a place within the page, and gets
 * its `index.html`: `/`, `/agents/refunds-bot`, `/holds/call_3f1c`.
 */
export function pageRoutes(app: ControlApp, dashboard = new Dashboard()): void {
  app.get('/*', may('look'), async (context, next) => {
    const { path } = context.req;
    if (path.startsWith('/v1/')) return next();
    const page = await dashboard.page();
    if (page === undefined) return context.html(NOT_BUILT, 503, { 'cache-control': 'no-store' });
    const file = page.get(path) ?? (isPlace(path) ? page.get(INDEX) : undefined);
    return file === undefined ? next() : send(context, file);
  });
}

/** Of the first folder, and not of what stands behind it: the name of an agent may have a dot. */
function isPlace(path: string): boolean {
  const [, first = ''] = path.split('/');
  return first !== 'assets' && !first.includes('.');
}

function send(context: ControlContext, { bytes, zipped, type, tag, hashed }: PageFile): Response {
  const zip = zipped !== undefined && /\bgzip\b/.test(context.req.header('accept-encoding') ?? '');
  const etag = `"${tag}${zip ? '-gz' : ''}"`;
  const headers = {
    etag,
    vary: 'accept-encoding',
    'cache-control': hashed ? FOR_GOOD : ASK_AGAIN,
    'x-content-type-options': 'nosniff',
  };
  const known = (context.req.header('if-none-match') ?? '').split(',').map((each) => each.trim().replace(/^W\//, ''));
  if (known.includes(etag)) return context.body(null, 304, headers);
  return context.body(zip ? zipped : bytes, 200, {
    ...headers,
    'content-type': type,
    ...(zip && { 'content-encoding': 'gzip' }),
  });
}
