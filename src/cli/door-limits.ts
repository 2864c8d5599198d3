import { readFileSync } from 'node:fs';
import { HANDSHAKES_MAX } from '../door/intake/handshakes.ts';
import { DOOR_LIMITS, type DoorLimits } from '../door/limits.ts';
import type { LoadedPolicy } from '../policy/index.ts';
import { CommandFailed } from './failure.ts';

/**
 * File descriptors that are not for agents' connections: the journal's, the control API's, pagers', and Node's own. A door
 * whose sockets took them all could not open its next segment, and would have to stop.
 */
export const OPEN_FILES_KEPT = 512;

/** `--limit headersTimeoutMs=5000`, any number of them. */
export function doorLimits(settings: readonly string[], policy: LoadedPolicy, isTls: boolean): Partial<DoorLimits> {
  const asked = Object.fromEntries(settings.map(setting)) as Partial<DoorLimits>;
  const room = openFilesMax() - OPEN_FILES_KEPT - otherSockets(policy, isTls);
  const connectionsMax = asked.connectionsMax ?? DOOR_LIMITS.connectionsMax;
  if (connectionsMax <= room) return asked;
  if (asked.connectionsMax === undefined && room >= 1) return { ...asked, connectionsMax: room };
  const next = 'Raise the limit on open files (`ulimit -n`), or ask for fewer connections.';
  throw new CommandFailed(
    `Failed to open the door: ${connectionsMax} connections do not fit, this process may have ${Math.max(0, room)}. ${next}`,
  );
}

/** Sockets beside agents' connections: those to upstreams, and TLS handshakes on each port. */
function otherSockets({ upstreams }: LoadedPolicy, isTls: boolean): number {
  const all = [...upstreams.values()];
  const ports = 1 + all.filter(({ port }) => port !== undefined).length;
  return all.reduce((sum, { limits }) => sum + limits.connectionsMax, 0) + (isTls ? ports * HANDSHAKES_MAX : 0);
}

function setting(text: string): [string, number] {
  const [name = '', digits = ''] = text.split('=');
  if (!Object.hasOwn(DOOR_LIMITS, name)) {
    throw new CommandFailed(`Failed to read --limit ${text}: the limits are ${Object.keys(DOOR_LIMITS).join(', ')}.`);
  }
  if (!/^[1-9]\d{0,11}$/.test(digits)) {
    throw new CommandFailed(
      `Failed to read --limit ${text}: write NAME=NUMBER, ${name}=5000, in the unit of its name.`,
    );
  }
  return [name, Number(digits)];
}

/** How many files this process may have open; Node has raised the soft limit to the hard one. `Infinity`: nobody tells. */
export function openFilesMax(): number {
  try {
    const [, soft = ''] = /^Max open files +(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return /^\d+$/.test(soft) ? Number(soft) : Infinity;
  } catch {
    return Infinity;
  }
}
