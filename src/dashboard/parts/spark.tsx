import type { Sample } from '../live/history.ts';

const WIDTH = 140;
const HEIGHT = 28;
/** Two minutes at a look a second. */
const SECONDS = 120;

/** Calls per second over the last two minutes, as a shape; the number stands beside it. */
export function Spark({ samples }: { readonly samples: readonly Sample[] }) {
  const end = samples.at(-1)?.at ?? 0;
  const shown = samples.filter(({ at }) => at >= end - SECONDS);
  const most = Math.max(1, ...shown.map(({ perSecond }) => perSecond));
  const points = shown.map(({ at, perSecond }) => {
    const x = WIDTH - ((end - at) / SECONDS) * WIDTH;
    const y = HEIGHT - 1 - (perSecond / most) * (HEIGHT - 3);
    return `${x.toFixed(1)} ${y.toFixed(1)}`;
  });
  return (
    <svg class="spark" width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <path class="spark-base" d={`M0 ${HEIGHT - 0.5}H${WIDTH}`} />
      {points.length > 1 && <path class="spark-line" d={`M${points.join('L')}`} />}
    </svg>
  );
}
