/** What every view is given: the pieces of its address. */
export interface ViewProps {
  readonly params: Readonly<Record<string, string>>;
}
