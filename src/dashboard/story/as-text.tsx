import { visibleWhole } from '../../std/visible.ts';

/** The same as `interlock why` prints it: to be copied into a ticket. */
export function AsText({ text }: { readonly text: string }) {
  return (
    <details class="as-text">
      <summary>As text, for a ticket</summary>
      <pre tabIndex={0}>{visibleWhole(text)}</pre>
    </details>
  );
}
