import type { Instant } from '../std/clock.ts';
import type { PageKind } from '../policy/index.ts';

/** What a person is told, before a channel gives it its form. Every text is one plain line, already bounded. */
export interface Page {
  /** The same at every attempt, also after a restart: receivers know a repetition by it. */
  readonly id: string;
  /** The page that began what this one belongs to: what a resume or a promotion resolves. */
  readonly incident: string;
  /** Its incident ends with it. */
  readonly ends: boolean;
  readonly kind: PageKind | 'test';
  readonly at: Instant;
  readonly agent: string;
  readonly environment: string;
  readonly severity: 'critical' | 'error' | 'warning' | 'info';
  /** `refunds-bot was killed: budget exceeded` */
  readonly title: string;
  /** A stable word for what happened: `budget_exceeded`, `human`, `held`, `resumed`. */
  readonly reason: string;
  readonly facts: readonly Fact[];
  /** Shell commands to look and to act, ready to be pasted. */
  readonly commands: readonly string[];
}

export interface Fact {
  readonly name: string;
  readonly value: string;
}
