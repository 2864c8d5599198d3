import { now } from '../clock.ts';
import { ago, clockTime, dayTime } from '../words.ts';

/** "4 min ago", with the moment itself for who points at it. It keeps up with the clock. */
export function Ago({ at }: { readonly at: string }) {
  return (
    <time dateTime={at} title={at}>
      {ago(Date.parse(at), now.value)}
    </time>
  );
}

/** `04:12`, with its day where that is not today's. UTC. */
export function Moment({ at, seconds = false }: { readonly at: string; readonly seconds?: boolean }) {
  const moment = Date.parse(at);
  return (
    <time dateTime={at} title={at}>
      {seconds ? clockTime(moment) : dayTime(moment, now.value)}
    </time>
  );
}
