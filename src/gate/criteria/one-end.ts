/** The confidence of a two-sided interval whose one end alone has `confidence`. */
export const oneEnd = (confidence: number): number => 2 * confidence - 1;
