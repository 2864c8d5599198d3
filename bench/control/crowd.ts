import { connect, type Socket } from 'node:net';

/** One clock for every process of this machine: it runs since the machine was started. */
export function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Clients on a connection each: when each call was sent, and when its client heard for the last time. */
export class Crowd {
  readonly #open = new Set<Socket>();
  readonly #ends: { readonly sentAtMs: number; readonly atMs: number }[] = [];
  #gone = Promise.withResolvers<void>();

  get open(): number {
    return this.#open.size;
  }

  send(door: URL, bytes: string): void {
    if (this.#open.size === 0) this.#gone = Promise.withResolvers<void>();
    const socket = connect({ host: door.hostname, port: Number(door.port), noDelay: true });
    const sentAtMs = nowMs();
    this.#open.add(socket);
    socket.on('data', () => undefined);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#ends.push({ sentAtMs, atMs: nowMs() });
      this.#open.delete(socket);
      if (this.#open.size === 0) this.#gone.resolve();
    });
    socket.write(bytes);
  }

  async gone(): Promise<void> {
    if (this.#open.size > 0) await this.#gone.promise;
  }

  /** The last end of a call that was sent before this moment; with none, that moment. */
  lastOf(beforeMs: number): number {
    return Math.max(beforeMs, ...this.#ends.filter(({ sentAtMs }) => sentAtMs < beforeMs).map(({ atMs }) => atMs));
  }

  /** Begins to count anew. */
  forget(): void {
    this.#ends.length = 0;
  }
}
