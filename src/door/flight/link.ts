import type { Transport } from './transport.ts';

/** How one upstream is reached: by which transport, with which `Host` and credential (raw header pairs). */
export interface Link {
  readonly transport: Transport;
  readonly headers: readonly string[];
  /** The path of the upstream's URL, put in front of every target; `''` for most. */
  readonly basePath: string;
  /** The credential in every form that an upstream could echo. */
  readonly secrets: readonly string[];
}
