/** Paging: who is told when an agent is stopped, or waits for a human. */
export { attemptOn } from './attempt.ts';
export type { Channel, Delivery } from './channel.ts';
export { openChannels } from './channels.ts';
export { Checkpointer } from './checkpoints/checkpointer.ts';
export { checkpointsIn } from './checkpoints/directory.ts';
export { openPlaces } from './checkpoints/open-places.ts';
export { openPager } from './open.ts';
export { testPage } from './test-page.ts';
export { systemTimers } from './timers.ts';
