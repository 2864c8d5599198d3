import type { PageKind } from '../policy/index.ts';
import type { Page } from './page.ts';

/** A way to tell a person: one attempt at a time, no retries of its own. */
export interface Channel {
  /** As the policy and the journal call it. */
  readonly name: string;
  readonly on: readonly PageKind[];
  /** Never rejects. `signal`: nobody waits for the answer any more. */
  send(page: Page, at: number, signal: AbortSignal): Promise<Delivery>;
  close(): Promise<void>;
}

/** How an attempt went. INVARIANT: `detail` holds nothing of the channel's secret. */
export type Delivery =
  | { readonly kind: 'sent'; readonly status: number }
  | {
      readonly kind: 'failed';
      /** `null`: no answer came. */
      readonly status: number | null;
      readonly detail: string;
      /** How long the channel asks to wait (`Retry-After`, RFC 9110 §10.2.3). */
      readonly retryAfterMs: number | null;
    };
