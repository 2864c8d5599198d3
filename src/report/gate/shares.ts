/** `0.42 %`: two figures that mean something; a share that is not zero never reads as zero. */
export function percentText(share: number): string {
  const points = 100 * share;
  if (points === 0) return '0 %';
  if (points >= 99.995 && share < 1) return 'over 99.99 %';
  if (points < 0.0001) return 'under 0.0001 %';
  const digits = points >= 10 ? 0 : Math.min(4, 1 - Math.floor(Math.log10(points)));
  return `${Number(points.toFixed(digits))} %`;
}
