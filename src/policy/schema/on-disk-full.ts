import { z } from 'zod';

/** What the door still does when the disk that its journal is on is full. */
export const OnDiskFull = z
  .strictObject(
    {
      reads: z
        .enum(['refuse', 'continue'])
        .default('refuse')
        .meta({
          description:
            'What becomes of reads. `continue`: they are recorded on the reserve, as long as half of it lasts. Writes are always refused.',
          examples: ['continue'],
        }),
    },
    { error: ({ code }) => (code === 'invalid_type' ? '{ reads: continue }' : undefined) },
  )
  .meta({
    description: 'What the door still does when the disk that its journal is on is full.',
    examples: [{ reads: 'continue' }],
  });
