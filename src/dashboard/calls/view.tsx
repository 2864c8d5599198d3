import { Told } from '../story/told.tsx';
import type { ViewProps } from '../view-props.ts';

/** One call's whole story. */
export function Call({ params: { call = '' } }: ViewProps) {
  return <Told key={call} about={call} />;
}
