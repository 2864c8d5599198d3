import { describe } from 'vitest';
import type { Adapter } from './transports/rig.ts';
import { abortConformance } from './transports/conformance-abort.ts';
import { answerConformance } from './transports/conformance-answers.ts';
import { chaosConformance } from './transports/conformance-chaos.ts';
import { connectionConformance } from './transports/conformance-connections.ts';
import { flowConformance } from './transports/conformance-flow.ts';
import { hostileConformance } from './transports/conformance-hostile.ts';
import { reachConformance } from './transports/conformance-reach.ts';
import { sendingConformance } from './transports/conformance-sending.ts';
import { tlsConformance } from './transports/conformance-tls.ts';

/** What every adapter of `Transport` must do. Each case also checks the laws in `rig`. */
export function transportConformance(adapter: Adapter): void {
  describe(`the ${adapter.name} transport`, () => {
    sendingConformance(adapter);
    answerConformance(adapter);
    hostileConformance(adapter);
    flowConformance(adapter);
    abortConformance(adapter);
    connectionConformance(adapter);
    tlsConformance(adapter);
    reachConformance(adapter);
    chaosConformance(adapter);
  });
}
