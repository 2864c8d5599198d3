import { runTrial, type Task } from './trial.ts';

// One search after the other, in a process of its own: several policies are searched at a time.
process.on('message', (task: Task) => {
  void runTrial(task).then((trial) => process.send?.(trial));
});
