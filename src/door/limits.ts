import { AGENT_BODIES_MAX_BYTES, BODIES_MAX_BYTES } from './intake/bodies.ts';
import { FREE_ANSWERS_BURST, FREE_ANSWERS_PER_SECOND, HELD_BACK_MAX_MS, type BrakeLimits } from './answers/brake.ts';
import { AGENT_CONNECTIONS_MAX, CONNECTIONS_MAX, type ConnectionLimits } from './intake/connections.ts';
import { RECORDED_BURST, RECORDED_PER_SECOND, type RefusalLimits } from './answers/refusals.ts';

/** From the first byte of a request to the end of its headers; a slower client is cut off (slowloris). */
export const HEADERS_TIMEOUT_MS = 10_000;
/** From the first byte of a request to the end of its body. */
export const REQUEST_TIMEOUT_MS = 30_000;
/** How long an idle connection is kept. Longer than SDKs keep theirs, so that the client is the one to close. */
export const KEEP_ALIVE_TIMEOUT_MS = 65_000;

export interface PatienceLimits {
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
}

export interface BodyLimits {
  readonly bodiesMaxBytes: number;
  readonly agentBodiesMaxBytes: number;
}

/** What one door may be told to bound otherwise: `serve --limit headersTimeoutMs=5000`. The rest are constants. */
export interface DoorLimits extends PatienceLimits, ConnectionLimits, BodyLimits, BrakeLimits, RefusalLimits {}

export const DOOR_LIMITS: DoorLimits = {
  headersTimeoutMs: HEADERS_TIMEOUT_MS,
  requestTimeoutMs: REQUEST_TIMEOUT_MS,
  keepAliveTimeoutMs: KEEP_ALIVE_TIMEOUT_MS,
  connectionsMax: CONNECTIONS_MAX,
  agentConnectionsMax: AGENT_CONNECTIONS_MAX,
  bodiesMaxBytes: BODIES_MAX_BYTES,
  agentBodiesMaxBytes: AGENT_BODIES_MAX_BYTES,
  freeAnswersBurst: FREE_ANSWERS_BURST,
  freeAnswersPerSecond: FREE_ANSWERS_PER_SECOND,
  heldBackMaxMs: HELD_BACK_MAX_MS,
  recordedBurst: RECORDED_BURST,
  recordedPerSecond: RECORDED_PER_SECOND,
};

/** For a door whose only agent has no neighbours, in a sandbox: nothing is held back, and every refusal has its record. */
export const UNHURRIED: Partial<DoorLimits> = { freeAnswersPerSecond: Infinity, recordedPerSecond: Infinity };
