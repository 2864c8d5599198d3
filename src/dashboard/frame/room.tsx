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
  const found = viewAt(path);
  useSignalEffect(() => {
    const count = needed.value;
    const old = freshness.value.kind === 'old';
    // The tab says how many things wait for a person, and does not say none while it does not know.
    const badge = old ? '(?) ' : count > 0 ? `(${count}) ` : '';
    document.title = `${badge}${viewAt(address.value.path)?.title ?? 'Nothing is here'} · Interlock`;
    document.documentElement.toggleAttribute('data-stale', old);
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
        {found === null ? <NotFound path={path} /> : <found.view key={path} params={found.params} />}
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

/** The view of an address, and what is in it. */
function viewAt(path: string) {
  for (const { pattern, title, view } of VIEWS) {
    const params = matched(pattern, path);
    if (params !== null) return { view, params, title: title(params) };
  }
  return null;
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
