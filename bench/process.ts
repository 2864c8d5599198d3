import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A program that says where it listens in its first line of JSON on stdout. */
export interface Running<Line> {
  readonly line: Line;
  stop(): Promise<void>;
  readonly child: ChildProcess;
}

export async function start<Line>(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Running<Line>> {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  const lines = createInterface({ input: child.stdout });
  const line = await new Promise<Line>((resolve, reject) => {
    lines.once('line', (text) => resolve(JSON.parse(text) as Line));
    child.once('exit', (code) => reject(new Error(`${args.join(' ')} ended with ${code} before it listened`)));
  });
  return {
    line,
    child,
    stop: () =>
      new Promise((resolve) => {
        child.removeAllListeners('exit');
        child.once('exit', () => resolve());
        child.kill('SIGTERM');
      }),
  };
}
