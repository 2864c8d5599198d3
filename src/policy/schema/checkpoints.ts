import { z } from 'zod';
import { EnvName, formed, SignedWebhook } from './notify.ts';
import { Duration } from './text.ts';

/** More would not be safer: each is a place that somebody must look at. */
export const PLACES_MAX = 8;

const FilePath = z.string({ error: 'a path: /etc/interlock/checkpoint.key' }).min(1).max(4_000);

const Key = z
  .strictObject(
    {
      env: EnvName.optional().meta({
        description: 'The environment variable that holds the signing key. Never the key itself.',
        examples: ['CHECKPOINT_KEY'],
      }),
      file: FilePath.optional().meta({
        description: 'The file that holds it, readable by nobody but its owner; relative to the policy file.',
        examples: ['/etc/interlock/checkpoint.key'],
      }),
    },
    { error: formed('{ env: CHECKPOINT_KEY } or { file: /etc/interlock/checkpoint.key }') },
  )
  .meta({
    description: 'The signing key, made by `interlock audit keygen`. Keep it out of the data directory.',
    examples: [{ file: '/etc/interlock/checkpoint.key' }],
  });

const Place = z.strictObject(
  {
    directory: FilePath.optional().meta({
      description:
        'A directory that gets a file for each checkpoint, never changed: on another machine, or where nothing can be ' +
        'taken away. Relative to the policy file.',
      examples: ['/mnt/audit/checkpoints'],
    }),
    webhook: SignedWebhook.optional().meta({
      description: 'A signed POST of each checkpoint to an address of your own.',
      examples: [{ url: 'https://audit.example/checkpoints', secret: { env: 'AUDIT_HOOK_SECRET' } }],
    }),
  },
  { error: formed('{ directory: … } or { webhook: … }') },
);

export const Checkpoints = z
  .strictObject(
    {
      key: Key,
      every: Duration.default('5m').meta({
        description:
          'At least this often, if anything was recorded since: at most this much can be taken back before the next one is out.',
        examples: ['5m', '30s'],
      }),
      to: z
        .array(Place)
        .max(PLACES_MAX, { error: `at most ${PLACES_MAX} places` })
        .default([])
        .meta({
          description: 'Where checkpoints are kept, out of reach of whoever could change the journal.',
          examples: [[{ directory: '/mnt/audit/checkpoints' }]],
        }),
    },
    { error: formed('{ key: { env: CHECKPOINT_KEY }, to: [{ directory: /mnt/audit/checkpoints }] }') },
  )
  .meta({
    description:
      'Signed checkpoints of the journal: with one that is kept elsewhere, anybody can tell if a record was changed or cut since.',
    examples: [{ key: { env: 'CHECKPOINT_KEY' }, to: [{ directory: '/mnt/audit/checkpoints' }] }],
  });

export type CheckpointsFile = z.infer<typeof Checkpoints>;
