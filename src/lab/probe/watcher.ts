import type { Instant } from '../../std/clock.ts';
import type { Currency, Micros } from '../../std/money.ts';
import type { Call } from '../../engine/call.ts';
import type { Decision } from '../../engine/decision.ts';
import type { Effectiveness, Freeze } from '../../engine/event.ts';
import type { Deed } from '../oracles/oracle.ts';
import type { Fault } from '../world/faults.ts';
import type { ProbeRequest } from './course.ts';

/**
 * Listens to one run: for coverage, for how near it came to the bounds, for its story. Every member may be left out, and
 * what stands here is called for every call of the search: it must be cheap.
 */
export interface Watcher {
  /** A request that became a call was decided. `request` is absent where the door itself reads before a write. */
  decided?(call: Call, decision: Decision, request: ProbeRequest | undefined): void;
  /** A request was refused before it was a call: it has two readings, or no upstream. */
  refused?(at: Instant, reason: string, request: ProbeRequest): void;
  /** An allowed call reached its business. */
  arrived?(call: Call, fault: Fault | undefined): void;
  deed?(deed: Deed): void;
  /** How far an oracle's limit was come to; see `OnCame`. */
  came?(oracle: string, came: number | Micros, currency?: Currency): void;
  ended?(call: Call, at: Instant, effectiveness: Effectiveness, status: number | null): void;
  frozen?(freeze: Freeze): void;
  /** @param underWay calls whose outcome was lost */
  restarted?(at: Instant, underWay: number): void;
  waited?(from: Instant, to: Instant): void;
}
