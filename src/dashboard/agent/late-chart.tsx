import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Chart } from './chart.tsx';

/** The chart and what draws it are a third of the page, and the first look needs neither. */
const loaded = signal<{ readonly Chart: typeof Chart } | null>(null);

export function LateChart(parts: Parameters<typeof Chart>[0]) {
  useEffect(() => {
    if (loaded.value !== null) return;
    import('./chart.tsx').then(
      (chart) => {
        loaded.value = chart;
      },
      // A door that is gone sends no files; whoever comes back to this view asks again.
      () => undefined,
    );
  }, []);
  if (loaded.value === null) return <p class="plot quiet">Fetching the chart…</p>;
  return <loaded.value.Chart {...parts} />;
}
