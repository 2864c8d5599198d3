import { ok } from '../../std/result.ts';
import { refused, spoken, type OperationParts, type Outcome } from './parts.ts';

export interface ErasedPerson {
  /** How many keys and sealed values are no more; none where nothing was kept of the person. */
  readonly keys: number;
  readonly values: number;
  /** Values kept of other people that mention this one. */
  readonly others: number;
}

/** As long as a person's name can be where it is kept, and some blanks. */
export const PERSON_MAX_CHARACTERS = 1_000;
const MENTION_MIN_CHARACTERS = 4;

/**
 * Makes everything that is sealed of a person unreadable, for good, and then says so in the journal. In this order: a
 * crash between the two leaves an erasure that nobody was told of, and never a record of one that did not happen. Saying
 * it again does no harm.
 */
export async function erase(
  { vault, journal, clock }: OperationParts,
  person: string,
  mentions: readonly string[],
  by: string,
  reason: string,
): Outcome<ErasedPerson> {
  if (person.trim() === '' || person.length > PERSON_MAX_CHARACTERS) {
    return refused(400, 'Failed to erase: say who, as the policy names a person: customer:cus_1.');
  }
  const word = spoken('erase a person', by, reason);
  if (!word.ok) return word;
  if (vault === null)
    return refused(
      409,
      'Failed to erase: no personal data was ever sealed here. What the journal has, it has in clear.',
    );
  const short = mentions.find((text) => text.trim().length < MENTION_MIN_CHARACTERS);
  if (short !== undefined) {
    return refused(
      400,
      `Failed to erase: a text of fewer than ${MENTION_MIN_CHARACTERS} characters is mentioned everywhere.`,
    );
  }
  const { person: pseudonym, keys, values, others } = await vault.erase(person, mentions);
  journal.append({ kind: 'erase', at: clock.now(), person: pseudonym, keys, values, ...word.value });
  await journal.durable();
  return ok({ keys: keys.length, values, others });
}
