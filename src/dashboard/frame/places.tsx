import { overview } from '../live/feed.ts';
import { openMenu } from './opened.ts';
import { isHere, PLACES } from './place-links.ts';

/** Where one can go. At the top of a wide window, under the thumb on a phone. */
export function Places() {
  const waiting = overview.value?.waiting ?? 0;
  return (
    <nav class="places" aria-label="Views">
      <ul>
        {PLACES.map(({ href, name, rare }) => (
          <li key={href} class={rare ? 'rare' : undefined}>
            <a href={href} aria-current={isHere(href) ? 'page' : undefined}>
              {name}
              {href === '/holds' && waiting > 0 && (
                <span class="count">
                  {waiting}
                  <span class="unseen"> {waiting === 1 ? 'call waits' : 'calls wait'}</span>
                </span>
              )}
            </a>
          </li>
        ))}
        <li class="more">
          <button type="button" class="plain" aria-haspopup="dialog" onClick={openMenu}>
            More
          </button>
        </li>
      </ul>
    </nav>
  );
}
