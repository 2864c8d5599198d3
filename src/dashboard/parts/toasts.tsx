import { signal } from '@preact/signals';
import { Mark } from './mark.tsx';
import type { MarkKind } from './shapes.ts';

interface Toast {
  readonly id: number;
  readonly mark: MarkKind;
  readonly text: string;
}

const toasts = signal<readonly Toast[]>([]);
const TOASTS_MAX = 4;
/** What went well goes by itself; what failed stays until it is put away. */
const TOAST_MS = 8_000;
let last = 0;

/** Says what has happened, to eyes and to screen readers. */
export function tell(text: string, mark: MarkKind = 'good'): void {
  last += 1;
  const id = last;
  toasts.value = [...toasts.value, { id, mark, text }].slice(-TOASTS_MAX);
  if (mark !== 'fail') setTimeout(() => drop(id), TOAST_MS);
}

function drop(id: number): void {
  toasts.value = toasts.value.filter((each) => each.id !== id);
}

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(({ id, mark, text }) => (
        <p key={id} class={`toast ${mark}`}>
          <Mark kind={mark} />
          <span>{text}</span>
          <button type="button" class="plain" aria-label={`Put away: ${text}`} onClick={() => drop(id)}>
            <Mark kind="deny" />
          </button>
        </p>
      ))}
    </div>
  );
}
