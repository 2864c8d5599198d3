import { z } from 'zod';
import { formed } from './notify.ts';
import { text } from './text.ts';

const PROMPT_FORM = 'a path, ./prompt.md, or its digest, sha256: and 64 hex digits';
const DIGEST = /^sha256:([0-9a-f]{64})$/;

const NAME = /^[\x21-\x7e]{1,128}$/;

/** Of `sha256:<hex>` the digits; `undefined`: it is a path. */
export function statedDigest(prompt: string): string | undefined {
  return DIGEST.exec(prompt)?.[1];
}

export const Identity = z
  .strictObject(
    {
      version: text('a version without spaces, in quotes: "1.4.2"', NAME)
        .optional()
        .meta({
          description: 'The version of its code.',
          examples: ['1.4.2'],
        }),
      model: text("a model's name without spaces: gpt-5", NAME)
        .optional()
        .meta({ description: 'The model that it asks.', examples: ['gpt-5'] }),
      prompt: text(PROMPT_FORM, /^\P{Cc}{1,4000}$/u, (prompt) => !prompt.startsWith('sha256:') || DIGEST.test(prompt))
        .optional()
        .meta({
          description:
            'Its prompt: a file, relative to the policy file, of which the digest is taken when the policy is loaded; or the digest.',
          examples: ['./prompt.md'],
        }),
    },
    { error: formed('{ version: "1.4.2", model: gpt-5, prompt: ./prompt.md }') },
  )
  .meta({
    description:
      'Who it is. A grant is good for this identity alone, and a change of it makes another agent of it, whose evidence begins anew.',
    examples: [{ version: '1.4.2', model: 'gpt-5', prompt: './prompt.md' }],
  });

export type IdentityFile = z.infer<typeof Identity>;
