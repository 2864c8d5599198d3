import { visible } from '../../std/visible.ts';

/**
 * A text that an agent, a customer or a business wrote: it cannot turn the line around that it stands on, and what hides in it
 * is named. Markup it is not: preact writes text as text.
 */
export function Said({ text }: { readonly text: string }) {
  return <bdi>{visible(text)}</bdi>;
}

/** The same, as somebody's own words. */
export function Quoted({ text }: { readonly text: string }) {
  return (
    <q>
      <Said text={text} />
    </q>
  );
}

/** A sentence of ours with backticks around what is written so and not otherwise. */
export function Sentence({ text }: { readonly text: string }) {
  return (
    <bdi>
      {visible(text)
        .split('`')
        .map((piece, index) => (index % 2 === 1 ? <code key={index}>{piece}</code> : piece))}
    </bdi>
  );
}
