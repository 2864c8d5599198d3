import type { ComponentChildren } from 'preact';
import type { Asked } from './answer.ts';

/** Where a view has nothing to show: why, and what would change that. */
export function Empty({ children }: { readonly children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}

/** What stands where an answer is not there yet, or was refused. */
export function NoAnswer<Value>({ asked }: { readonly asked: Asked<Value> }) {
  if (asked.kind === 'asking') return <p class="empty">Asking the door…</p>;
  if (asked.kind === 'answered') return null;
  return (
    <div class="empty" role="alert">
      <p>{asked.refused.message}</p>
      <button type="button" onClick={asked.again}>
        Ask again
      </button>
    </div>
  );
}
