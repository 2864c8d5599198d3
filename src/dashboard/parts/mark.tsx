import { SHAPE, type MarkKind } from './shapes.ts';

/** A shape beside a word that says the same: no meaning rests on a shape, or on its colour, alone. */
export function Mark({ kind }: { readonly kind: MarkKind }) {
  return (
    <svg class={`mark ${kind}`} width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true">
      <path fill-rule="evenodd" d={SHAPE[kind]} />
    </svg>
  );
}
