import Table from 'cli-table3';
import type { Finding } from '../engine/decision.ts';
import type { HoldLine } from '../door/operations.ts';
import { readJson } from '../door/normal/json.ts';
import type { CallEntry } from '../journal/entry.ts';
import { visibleJson } from '../report/visible.ts';

/** How to name this data directory and policy on a command line; empty where the defaults do. */
export interface Here {
  readonly options: string;
  readonly now: number;
}

/** What waits for a human, one line each, and the command that approves it. */
export function holdsTable(holds: readonly HoldLine[], here: Here): string {
  if (holds.length === 0) return 'No call waits for a human.';
  const table = new Table({
    head: ['agent', 'route', 'subject', 'amount', 'held by', 'waits since', 'expires in'],
    style: { head: [], border: [] },
  });
  for (const { agent, route, subject, amount, rules, since, expiresAt, frozen } of holds) {
    const waits = `${since.slice(11, 19)} (${roughly(here.now - Date.parse(since))})`;
    const left = roughly(Date.parse(expiresAt) - here.now);
    table.push([
      frozen ? `${agent} (frozen)` : agent,
      route,
      visibleJson(subject ?? '-'),
      amount ?? '-',
      rules.join('\n'),
      waits,
      left,
    ]);
  }
  const commands = holds.map(({ call }) => `  ${approveCommand(call, here)}`);
  const look = `To see a whole request: interlock holds --call ${holds[0]?.call}${here.options}`;
  return `${table.toString()}\n${look}\nTo approve, in the same order:\n${commands.join('\n')}`;
}

/** Everything of one held call that a person should know before saying yes. */
export function holdDetail(hold: HoldLine, entry: CallEntry, here: Here): string {
  const { call, agent, route, subject, amount, since, expiresAt, frozen } = hold;
  const { task, effect, upstream, method, target, headers, findings } = entry;
  const left = roughly(Date.parse(expiresAt) - here.now);
  const lines = [
    `${call} waits for a human since ${since}; it expires in ${left}.`,
    '',
    `  agent    ${agent}, for the task "${task}"${frozen ? '. It is FROZEN: resume it first, or this stays refused' : ''}`,
    `  does     ${route} (${effect})${subject === null ? '' : ` to ${subject}`}`,
    `  moves    ${amount ?? 'no money that the policy knows of'}`,
    ...findings.flatMap((finding) => (typeof finding === 'string' ? [] : [`  held by  ${sentence(finding)}`])),
    '',
    `  ${method} ${target}  to ${upstream}`,
    ...Object.entries(headers).map(([name, value]) => `  ${name}: ${value}`),
    '',
    ...readableBody(entry).map((line) => `  ${line}`),
    '',
    `To approve: ${approveCommand(call, here)}`,
    `To refuse:  interlock reject ${call} --by NAME --reason …${here.options}`,
  ];
  // What an agent wrote must not be able to repaint the terminal that asks for a yes.
  return visibleJson(lines.join('\n'));
}

function approveCommand(call: string, { options }: Here): string {
  return `interlock approve ${call} --by NAME --reason …${options}`;
}

function sentence({ rule, reason, observed, limit }: Finding): string {
  const seen = observed === undefined ? '' : `; it is ${observed}`;
  return `${rule}: ${reason.replaceAll('_', ' ')}${seen}${limit === undefined ? '' : `, the limit is ${limit}`}`;
}

/** The body as a person reads it: JSON with its members below each other, a form with its fields decoded. */
function readableBody({ body, opaque, headers }: CallEntry): readonly string[] {
  if (opaque !== undefined) return [`(${opaque.bytes} bytes that no rule has read, SHA-256 ${opaque.sha256})`];
  const contentType = headers['content-type'] ?? '';
  if (body === null || body === '') return ['(no body)'];
  if (contentType.includes('x-www-form-urlencoded')) {
    return [...new URLSearchParams(body)].map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  }
  // The door's own reader: it takes no number that printing would round.
  const json = readJson(body);
  return (json.ok ? JSON.stringify(json.value.value, null, 2) : body).split('\n');
}

/** A span as people say it: `45s`, `4m`, `1h 05m`, `2d 3h`. */
function roughly(ms: number): string {
  const minutes = Math.floor(Math.max(0, ms) / 60_000);
  if (minutes < 1) return `${Math.floor(Math.max(0, ms) / 1_000)}s`;
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours}h ${String(minutes % 60).padStart(2, '0')}m`;
  return `${Math.floor(hours / 24)}d ${hours % 24}h`;
}
