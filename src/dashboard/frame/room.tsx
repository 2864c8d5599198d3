import { useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { KillDialog } from '../acts/kill-dialog.tsx';
import { ResumeDialog } from '../acts/resume-dialog.tsx';
import { address, matched } from '../address.ts';
import { freshness } from '../live/freshness.ts';
import { needed } from '../live/needed.ts';
import { Toasts } from '../parts/toasts.tsx';
import { VIEWS } from '../views.ts';
import { Head } from './head.tsx';
import { KeyMap } from './key-map.tsx';
import { Menu } from './menu.tsx';
import { Places } from './places.tsx';
import { StaleBanner } from './stale-banner.tsx';

/** Everything: what stands still around the views, and the view itself. */
export function Room() {
  const { path } = address.value;
  const found = VIEWS.map((each) => ({ each, params: matched(each.pattern, path) })).find(
    ({ params }) => params !== null,
  );
  const title = found === undefined ? 'Not found' : found.each.title(found.params ?? {});
  useSignalEffect(() => {
    const count = needed.value;
    // The tab says how many things wait for a person, and does not say none while it does not know.
    const badge = freshness.value.kind === 'old' ? '(?) ' : count > 0 ? `(${count}) ` : '';
    document.title = `${badge}${title} · Interlock`;
    document.documentElement.toggleAttribute('data-stale', freshness.value.kind === 'old');
  });
  const main = useArrival(path);
  return (
    <>
      <a class="skip" href="#main">
        To the content
      </a>
      <Head />
      <StaleBanner />
      <main id="main" ref={main} tabIndex={-1}>
        {found === undefined ? <NotFound path={path} /> : <found.each.view key={path} params={found.params ?? {}} />}
      </main>
      <Places />
      <Toasts />
      <KillDialog />
      <ResumeDialog />
      <KeyMap />
      <Menu />
    </>
  );
}

/** Who follows a link by keyboard goes on from the top of what it led to. */
function useArrival(path: string) {
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  useEffect(() => {
    if (!first.current) main.current?.focus({ preventScroll: true });
    first.current = false;
  }, [path]);
  return main;
}

function NotFound({ path }: { readonly path: string }) {
  return (
    <>
      <h1>Nothing is here</h1>
      <p>
        There is no view <code>{path}</code>. <a href="/">Go to the overview</a>
      </p>
    </>
  );
}
