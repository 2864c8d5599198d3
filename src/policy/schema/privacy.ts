import { z } from 'zod';
import { text } from './text.ts';

export const PERSONAL_FORM =
  'true, or fields: body, body.email, query, query.q, header.x-user, a path parameter, answer, answer.data.*.email';

/** More fields than this are the whole body. */
const FIELDS_MAX = 64;

const PersonalField = text(
  'a field: body.email, query.q, header.x-user, a path parameter, answer.data.*.email; or all of body, query or answer',
  /^[A-Za-z_][A-Za-z0-9_-]{0,63}(\.(\*|[A-Za-z0-9_-]{1,64})){0,32}$/,
);

export const Pii = z
  .union([z.boolean(), z.array(PersonalField).min(1).max(FIELDS_MAX)], { error: PERSONAL_FORM })
  .default(false)
  .meta({
    description:
      'Personal data, which the journal keeps only as a commitment, with the value encrypted beside it until it is erased. ' +
      'true: the body, the values of the query and the answer, and everything rules take from them but the subject. ' +
      'A list: these fields, and what is named subject or value by them. A list on the way stands for each of its members.',
    examples: [true, ['body.email', 'answer.customer']],
  });

export const Person = z
  .string({ error: 'a template with a field of the request or the answer: "customer:{body.customer}"' })
  .max(256)
  .optional()
  .meta({
    description:
      'Whose personal data it is: what `interlock audit erase` is told. Placeholders as in `subject`, and answer.x of the ' +
      'JSON answer where only the answer is personal. Absent: the subject is the person.',
    examples: ['customer:{body.customer}', 'customer:{answer.customer}'],
  });
