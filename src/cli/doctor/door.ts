import type { Look } from '../desk.ts';
import type { ControlFile } from '../control-file.ts';
import { roughly } from '../spans.ts';
import { fail, ok, skip, warn, type Finding } from './check.ts';
import { controlFinding } from './network.ts';
import { expiry, handshake } from './upstreams.ts';

/** Whether a door runs, what it says of itself, and what agents are shown of its certificate. */
export async function doorFindings(
  control: ControlFile | undefined,
  look: Look,
  wall: number,
): Promise<readonly Finding[]> {
  if (look.startedAt === null || control === undefined) {
    return [warn('door.runs', 'No door runs here: what is looked at is its data directory.', 'interlock serve')];
  }
  const { journal, pages, frozen, policy } = look;
  return [
    ok(
      'door.runs',
      `The door runs since ${roughly(wall - Date.parse(look.startedAt))} (process ${control.pid}), under policy ${policy.digest.slice(0, 12)}.`,
    ),
    journal.disk === 'ok'
      ? ok('door.journal', `It writes its journal: record ${journal.seq}.`)
      : fail('door.journal', 'It has found the disk full: writes are refused.', 'make room; it goes on by itself'),
    pages.abandoned > 0
      ? fail(
          'door.pages',
          `${pages.abandoned} pages reached nobody.`,
          'interlock page test; then look after what they told',
        )
      : ok('door.pages', `No page was given up; ${pages.waiting} are on their way.`),
    frozen > 0
      ? warn('door.frozen', `${frozen} agents are stopped.`, 'interlock status')
      : ok('door.frozen', 'No agent is stopped.'),
    controlFinding(control.url),
    await certificate(control.door, wall),
  ];
}

async function certificate(door: string | undefined, wall: number): Promise<Finding> {
  const id = 'door.tls';
  if (door === undefined) return skip(id, 'Where the door listens is not known: it was started by an older version.');
  const { protocol, hostname, port } = new URL(door);
  if (protocol !== 'https:') {
    const isNear = /^(?:127\.|localhost$|\[?::1)/.test(hostname);
    if (isNear) return ok(id, `Agents reach the door on this machine, at ${door}.`);
    return warn(
      id,
      `Agents reach the door by plain HTTP, at ${door}.`,
      'serve TLS, or keep a proxy in front that does (docs/tls.md)',
    );
  }
  // Whoever it is shown to verifies it; here it counts how long it still can be.
  const shown = await handshake({ host: hostname, port: Number(port), rejectUnauthorized: false });
  if ('problem' in shown)
    return warn(
      id,
      `The door's certificate could not be looked at: ${shown.problem}.`,
      'a door that asks for client certificates shows it all the same; look at the file',
    );
  return expiry(id, `The door shows its certificate by ${shown.protocol}`, shown.until, wall);
}
