const formats = new Map<string, Intl.DateTimeFormat>();

/** The calendar date of an instant somewhere, `12/31/2026`: what a wall calendar there would show. */
export function dateIn(timeZone: string, at: number): string {
  let format = formats.get(timeZone);
  if (format === undefined) formats.set(timeZone, (format = new Intl.DateTimeFormat('en-US', { timeZone })));
  return format.format(at);
}
