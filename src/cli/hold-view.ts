import Table from 'cli-table3';
import type { Finding } from '../engine/decision.ts';
import type { HoldLine } from '../door/operations.ts';
import { readJson } from '../door/normal/json.ts';
import type { CallEntry } from '../journal/entry.ts';
import { visibleJson } from '../report/visible.ts';
import { roughly } from './spans.ts';

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

/** {@link holdRequest}, and how to say yes or no. */
export function holdDetail(hold: HoldLine, entry: CallEntry, here: Here): string {
  const { call } = hold;
  const approve = `To approve: ${approveCommand(call, here)}`;
  const reject = `To refuse:  interlock reject ${call} --by NAME --reason …${here.options}`;
  return [holdRequest(hold, entry, here), '', approve, reject].join('\n');
}

/** One held call: whose it is, what it does, why it waits, and the request that would be sent. */
export function holdRequest(hold: HoldLine, entry: CallEntry, here: Here): string {
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
