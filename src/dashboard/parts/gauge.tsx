import type { Gauge } from '../../control/contract/overview.ts';
import { runsOut } from '../attention.ts';
import { groupedAmount, listed, ofLimit, perWindow, span } from '../words.ts';
import { Mark } from './mark.tsx';
import { Moment } from './when.tsx';

/** How far ahead the lighter part of a gauge looks. */
const AHEAD_MS = 10 * 60_000;

interface GaugeParts {
  readonly gauge: Gauge;
  /** With its rule, and what it counts. */
  readonly large?: boolean;
  /** Its agent stands still: there is no pace to speak of. */
  readonly still?: boolean;
}

/** A limit: how full it is, and for how long it lasts at this pace. */
export function GaugeView({ gauge, large = false, still = false }: GaugeParts) {
  const { guard, rule, routes, unit, used, limit, share, windowMs } = gauge;
  const asks = !still && runsOut(gauge);
  const amount = `${ofLimit(used, limit)}${unit === 'calls' ? ' calls' : ''} ${perWindow(windowMs)}`;
  const pace = still && share < 1 ? '' : paceWords(gauge);
  const counts = routes === null ? 'all its routes' : listed(routes);
  return (
    <div class={`gauge${asks ? ' asks' : ''}${large ? ' large' : ''}`}>
      <p class="gauge-words">
        <span class="gauge-amount">{amount}</span>
        <span class="gauge-pace">
          {asks && <Mark kind="asks" />} {pace}
        </span>
      </p>
      <div
        class="gauge-bar"
        role="meter"
        aria-label={`${guard} ${rule}`}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.min(100, Math.round(share * 100))}
        aria-valuetext={`${amount}${pace === '' ? '' : `, ${pace}`}`}
      >
        <div class="gauge-ahead" style={{ width: percent(still ? share : shareAhead(gauge)) }} />
        <div class="gauge-fill" style={{ width: percent(share) }} />
      </div>
      {large && (
        <p class="quiet">
          <code>{rule}</code> counts {counts}; {groupedAmount(gauge.remaining)} left
          {gauge.freesAt !== null && (
            <>
              , frees from <Moment at={gauge.freesAt} /> UTC
            </>
          )}
          {gauge.note !== undefined && `. ${gauge.note}`}
        </p>
      )}
    </div>
  );
}

const percent = (share: number): string => `${(100 * Math.min(1, Math.max(0, share))).toFixed(2)}%`;

/** Where it will be in ten minutes; no further than now where nobody knows. */
function shareAhead({ share, emptyInMs }: Gauge): number {
  if (emptyInMs === null || share >= 1) return share;
  return emptyInMs <= AHEAD_MS ? 1 : share + ((1 - share) * AHEAD_MS) / emptyInMs;
}

function paceWords({ share, emptyInMs, perMinute }: Gauge): string {
  if (share >= 1) return 'used up';
  if (emptyInMs !== null) return `used up in ${span(emptyInMs)}`;
  return perMinute === null ? '' : `${groupedAmount(perMinute)} a minute`;
}
