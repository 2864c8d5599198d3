import type { IncomingMessage, ServerResponse } from 'node:http';
import type { UpstreamId } from '../../engine/ids.ts';
import type { DoorLimits } from '../limits.ts';
import type { Refusal } from '../normal/refusal.ts';
import type { Connections } from './connections.ts';

/** What a listener brings its requests to: the door, or a recorder. */
export interface Gate {
  readonly connections: Connections;
  readonly limits: DoorLimits;
  /** Takes one request. `port`: the upstream whose own port it came in by; `undefined` on the common one. */
  handle(request: IncomingMessage, response: ServerResponse, port: UpstreamId | undefined): void;
  /** Notes a request that was answered already. */
  recordRefusal(refusal: Refusal, method: string | null, target: string | null): void;
}
