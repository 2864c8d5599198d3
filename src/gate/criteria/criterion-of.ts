import type { Criterion } from '../criterion.ts';

type Optional = 'class' | 'margin' | 'lacking' | 'daysLeft' | 'behind';

/** A criterion as its judge says it: what is not said, it does not have. */
export type Finding = Omit<Criterion, Optional> & {
  readonly [Name in Optional]?: Criterion[Name] | undefined;
};

/**
 * INVARIANT: whatever lacks or failed says what to do, in one sentence; nothing else does, and only what lacks may come with time.
 */
export function criterionOf({ lacking, daysLeft, ...said }: Finding): Criterion {
  const isOpen = said.outcome === 'inconclusive';
  return {
    id: said.id,
    class: said.class ?? null,
    title: said.title,
    required: said.required,
    observed: said.observed,
    margin: said.margin ?? null,
    outcome: said.outcome,
    ...(lacking === undefined || !(isOpen || said.outcome === 'fail') ? {} : { lacking }),
    ...(daysLeft === undefined || !isOpen ? {} : { daysLeft }),
    behind: said.behind ?? [],
  };
}
