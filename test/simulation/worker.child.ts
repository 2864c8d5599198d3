import { Simulation } from './simulation.ts';

/** Runs the seeds that it is told, one after the other, and tells what each came to. */
process.on('message', (seed: number) => {
  new Simulation(seed).run().then(
    (result) => process.send?.(result),
    (error: unknown) => {
      console.error(`seed ${seed}:`, error);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit(0));
