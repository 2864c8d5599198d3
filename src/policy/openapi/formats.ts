/** The formats that are checked; any other says something to people only. */
export const FORMATS: ReadonlySet<string> = new Set(
  'int32 int64 float double byte date date-time uuid email uri'.split(' '),
);
