import { render } from 'preact';
import { listenToAddresses } from './address.ts';
import { startClock } from './clock.ts';
import { Room } from './frame/room.tsx';
import { listenToKeys } from './keys.ts';
import { openFeed } from './live/feed.ts';
import { loadSession } from './session.ts';
import { rememberTheme } from './theme.ts';

rememberTheme();
const room = document.querySelector('#room');
// Nothing of the room is drawn for somebody who has not signed in: `loadSession` leaves for the sign-in page.
if (room !== null && (await loadSession())) {
  listenToAddresses();
  listenToKeys();
  startClock();
  openFeed();
  render(<Room />, room);
}
