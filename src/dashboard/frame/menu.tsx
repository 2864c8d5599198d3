import { Dialog } from '../parts/dialog.tsx';
import { session, signOut } from '../session.ts';
import { chooseTheme, theme, THEMES } from '../theme.ts';
import { listed } from '../words.ts';
import { closeOpened as close, opened, openKeyMap } from './opened.ts';
import { isHere, PLACES } from './place-links.ts';

/** Who has signed in, how the page looks, and where a phone's bar has no room to go. */
export function Menu() {
  if (opened.value !== 'menu') return null;
  const { name, roles } = session.value;
  return (
    <Dialog title={name} onClose={close} class="menu">
      <p class="quiet">{roles.length === 0 ? 'no role' : listed(roles)}</p>
      <ul class="menu-places">
        {PLACES.filter(({ rare }) => rare).map(({ href, name: place }) => (
          <li key={href}>
            <a href={href} aria-current={isHere(href) ? 'page' : undefined} onClick={close}>
              {place}
            </a>
          </li>
        ))}
      </ul>
      <fieldset class="choice">
        <legend>Look</legend>
        {THEMES.map((each) => (
          <label key={each}>
            <input type="radio" name="theme" checked={theme.value === each} onChange={() => chooseTheme(each)} />
            <span>{each}</span>
          </label>
        ))}
      </fieldset>
      <div class="dialog-acts">
        <button type="button" onClick={openKeyMap}>
          Keys
        </button>
        <button type="button" onClick={() => void signOut()}>
          Sign out
        </button>
        <button type="button" data-first onClick={close}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
