import { useLayoutEffect } from 'preact/hooks';
import { openKill } from '../acts/kill.ts';
import { address, matched } from '../address.ts';
import { knownKeys, onKeys } from '../keys.ts';
import { Dialog } from '../parts/dialog.tsx';
import { closeOpened as close, opened, openKeyMap } from './opened.ts';

/** `?`: every key that does something here. */
export function KeyMap() {
  useLayoutEffect(
    () =>
      onKeys([
        { keys: '?', does: 'Show the keys', run: openKeyMap },
        { keys: 'k', does: 'Kill an agent, or all of them', run: () => openKill(agentHere()) },
      ]),
    [],
  );
  if (opened.value !== 'keys') return null;
  return (
    <Dialog title="Keys" onClose={close} class="keys">
      <dl>
        {knownKeys().map(({ keys, does }) => (
          <div key={keys}>
            <dt>
              {keys.split(' ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd>Esc</kbd>
          </dt>
          <dd>Close what is in front</dd>
        </div>
      </dl>
      <div class="dialog-acts">
        <button type="button" data-first onClick={close}>
          Close
        </button>
      </div>
    </Dialog>
  );
}

/** The agent that is looked at: its own view's, or the one whose row has the focus. */
function agentHere(): string | null {
  const focused = document.activeElement?.closest<HTMLElement>('[data-agent]')?.dataset['agent'];
  return focused ?? matched('/agents/:agent', address.value.path)?.['agent'] ?? null;
}
