import { now } from '../clock.ts';
import { span } from '../words.ts';

/** Less than this, and who reads slowly comes too late. */
const SOON_MS = 120_000;

/** How long there is still to answer, counting down. */
export function Countdown({ to }: { readonly to: string }) {
  const leftMs = Date.parse(to) - now.value;
  if (leftMs <= 0) return <span class="countdown over">expired</span>;
  return (
    <span class={leftMs < SOON_MS ? 'countdown soon' : 'countdown'}>
      <time dateTime={to} title={`until ${to}`}>
        {span(leftMs)}
      </time>{' '}
      left
    </span>
  );
}
