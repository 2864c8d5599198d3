import { Crowd } from '../control/crowd.ts';
import type { Asked, Told } from '../control/clients.ts';

// The clients of a killed agent, in a process of their own: they neither wait for whoever kills nor keep it waiting.
const crowd = new Crowd();
let cpu = process.cpuUsage();

process.on('message', (asked: Asked) => {
  switch (asked.kind) {
    case 'send':
      for (const call of asked.calls) crowd.send(new URL(asked.door), call);
      return;
    case 'mark':
      crowd.forget();
      cpu = process.cpuUsage();
      return tell({ kind: 'marked', open: crowd.open });
    case 'last':
      void crowd.gone().then(() => {
        const { user, system } = process.cpuUsage(cpu);
        tell({ kind: 'last', lastAtMs: crowd.lastOf(asked.beforeMs), cpuMs: (user + system) / 1_000 });
      });
      return;
  }
});
process.on('disconnect', () => process.exit(0));

function tell(told: Told): void {
  process.send?.(told);
}
