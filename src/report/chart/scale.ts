/** Where a chart's values end: the next of 1, 2, 2.5, 5 times a power of ten, so that its half can be read as well. */
export function niceTop(largest: number): number {
  if (!(largest > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(largest));
  return [1, 2, 2.5, 5, 10].map((step) => step * power).find((top) => top >= largest * 0.9999) ?? largest;
}

/** A place or a length along an axis, as an SVG attribute takes it. */
export const percent = (share: number): string => `${Number((100 * share).toFixed(3))}%`;

/** Which of so many steps get a label, so that none touches the next on a phone. */
export function labelled(count: number, most: number): ReadonlySet<number> {
  const every = Math.max(1, Math.ceil(count / most));
  return new Set(Array.from({ length: Math.ceil(count / every) }, (_, index) => index * every));
}
