import { z } from 'zod';

/** What the door still does when the disk that its journal is on is full. */
export const OnDiskFull = z
  .strictObject(
    {
      reads: z
        .enum(['refuse', 'continue'], { error: 'refuse or continue' })
        .default('refuse')
        .meta({
          description:
            'What becomes of reads. `continue`: they are recorded on the reserve, as long as half of it lasts. Writes are always refused.',
          examples: ['continue'],
        }),
    },
    { error: '{ reads: continue }' },
  )
  .meta({
    description: 'What the door still does when the disk that its journal is on is full.',
    examples: [{ reads: 'continue' }],
  });
