import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

const CROWD = path.join(import.meta.dirname, '../peers/crowd.ts');

/** What a crowd's process is told. */
export type Asked =
  | { readonly kind: 'send'; readonly door: string; readonly calls: readonly string[] }
  /** Counts from now on. */
  | { readonly kind: 'mark' }
  /** Says so when nobody is connected any more. */
  | { readonly kind: 'last'; readonly beforeMs: number };

/** What it tells. */
export type Told =
  | { readonly kind: 'marked'; readonly open: number }
  | {
      readonly kind: 'last';
      /** When the last client heard for the last time, on the machine's clock. */
      readonly lastAtMs: number;
      /** What the clients' process has worked since the mark. */
      readonly cpuMs: number;
    };

/** A crowd of clients in a process of their own. */
export class Clients {
  readonly #child: ChildProcess = fork(CROWD, { execArgv: [] });

  send(door: URL, calls: readonly string[]): void {
    this.#tell({ kind: 'send', door: door.href, calls });
  }

  /** Begins to count. Gives how many are connected. */
  async mark(): Promise<number> {
    const told = await this.#ask({ kind: 'mark' });
    return told.kind === 'marked' ? told.open : 0;
  }

  /** When the last of them was gone whose call was sent before this moment. */
  async last(beforeMs: number): Promise<Extract<Told, { kind: 'last' }>> {
    const told = await this.#ask({ kind: 'last', beforeMs });
    if (told.kind !== 'last') throw new Error(`asked for the last, and told ${told.kind}`);
    return told;
  }

  stop(): void {
    this.#child.disconnect();
  }

  async #ask(asked: Asked): Promise<Told> {
    const told = once(this.#child, 'message');
    this.#tell(asked);
    return (await told)[0] as Told;
  }

  #tell(asked: Asked): void {
    this.#child.send(asked);
  }
}
