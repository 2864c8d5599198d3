import { connect, type Socket } from 'node:net';

/** A client that is a bare socket: what it sends is what it is told, and what comes back is kept. */
export class Client {
  readonly socket: Socket;
  text = '';
  ended = false;
  readonly #waits = new Set<() => void>();

  constructor(url: URL | string) {
    const { hostname, port } = new URL(url);
    this.socket = connect({ host: hostname, port: Number(port), noDelay: true });
    this.socket.on('data', (chunk) => {
      this.text += chunk.toString('latin1');
      for (const check of this.#waits) check();
    });
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => {
      this.ended = true;
      for (const check of this.#waits) check();
    });
  }

  send(bytes: string): void {
    this.socket.write(bytes, 'latin1');
  }

  /** The statuses of the answers so far, in order. */
  get statuses(): number[] {
    return [...this.text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status)).filter((s) => s >= 200);
  }

  /** Resolves when so many answers have begun, or the connection has ended. */
  answers(count: number): Promise<number[]> {
    return this.#until(() => this.ended || this.statuses.length >= count).then(() => this.statuses);
  }

  /** Resolves when the connection has ended. */
  closed(): Promise<void> {
    return this.#until(() => this.ended);
  }

  end(): void {
    this.socket.destroy();
  }

  #until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (!holds()) return;
        this.#waits.delete(check);
        resolve();
      };
      this.#waits.add(check);
      check();
    });
  }
}

export const get = (target: string, token: string, more = ''): string =>
  `GET ${target} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n${more}\r\n`;

export const post = (target: string, token: string, body: string): string =>
  `POST ${target} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
