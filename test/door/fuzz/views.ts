import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { CallEntry, Entry, Recorded } from '../../../src/journal/index.ts';
import { KEY } from '../open-door.ts';
import type { RawRequest } from '../raw-request.ts';
import { amountsOf } from './amounts.ts';
import type { RawAnswer } from './answers.ts';
import type { Observation } from './arena.ts';
import { fingerprintOf, uploadFingerprintOf } from './fingerprint.ts';

/**
 * What must never happen.
 * - `crash`: an error that nobody caught, or a fault of the door's own
 * - `hang`: no end of the connection, or of a call
 * - `smuggled`: a request at the upstream that nobody judged, or before its intent was on the disk (I1)
 * - `difference`: what was judged, journalled and received are not the same (I9), an answer without a record (I4), a
 *   secret where none may be (I10)
 */
export type Violation = { readonly kind: 'crash' | 'hang' | 'smuggled' | 'difference'; readonly what: string };

/** Compares the three views of one attack, and what the client was told with them. None: all promises held. */
export function violationsOf(seen: Observation, token: string): readonly Violation[] {
  return [
    ...seen.crashes.map((error) => ({ kind: 'crash', what: error instanceof Error ? error.stack! : String(error) })),
    ...(seen.hung ? [{ kind: 'hang', what: 'the connection or a call did not end' }] : []),
    ...smuggled(seen).map((what) => ({ kind: 'smuggled', what })),
    ...[...records(seen), ...sent(seen), ...told(seen), ...secrets(seen, token)].map((what) => ({
      kind: 'difference',
      what,
    })),
  ] as readonly Violation[];
}

const isCall = (entry: Entry): entry is CallEntry => entry.kind === 'call';
const callsOf = (recorded: readonly Recorded[]) => recorded.filter((entry) => entry.kind === 'call');
const refusalsOf = (recorded: readonly Recorded[]) => recorded.filter((entry) => entry.kind === 'refusal');

function smuggled({ judged, received, unintended, faults }: Observation): string[] {
  const allowed = judged.filter(isCall).filter(({ verdict }) => verdict === 'allow');
  return [
    ...(received.length > allowed.length ? [`${received.length} requests for ${allowed.length} decisions`] : []),
    ...unintended.map((request) => `no intent for ${lineOf(request)}`),
    ...faults.map((fault) => `the upstream could not read: ${fault}`),
  ];
}

/** The disk holds exactly what was judged. */
function records({ judged, recorded }: Observation): string[] {
  const entries = recorded.map(({ seq: _, synced: __, hash: ___, ...entry }) => entry);
  const same = isDeepStrictEqual(entries, JSON.parse(JSON.stringify(judged)));
  return same ? [] : [`the journal holds ${JSON.stringify(entries)}, judged was ${JSON.stringify(judged)}`];
}

/** Every call that was let through and not stopped is at the upstream, as it was judged, with the door's key, once. */
function sent({ recorded, received }: Observation): string[] {
  const stopped = new Set(
    recorded.flatMap((entry) => (entry.kind === 'outcome' && entry.failure !== null ? [entry.call] : [])),
  );
  const left = [...received];
  const problems: string[] = [];
  for (const call of callsOf(recorded)) {
    if (call.verdict !== 'allow') continue;
    const index = left.findIndex((request) => isSame(call, request));
    if (index >= 0) problems.push(...amountProblems(call, left.splice(index, 1)[0]!));
    else if (!stopped.has(call.call)) {
      problems.push(`judged ${JSON.stringify(call)}, received ${JSON.stringify(received.map(plain))}`);
    }
  }
  return [...problems, ...left.map((request) => `received and never judged: ${JSON.stringify(plain(request))}`)];
}

function isSame(call: CallEntry, request: RawRequest): boolean {
  const { host: _, authorization, connection: __, 'content-length': ___, ...headers } = fieldsOf(request);
  return (
    call.method === request.method &&
    call.target === request.target &&
    isSameBody(call, request) &&
    authorization === `Bearer ${KEY}` &&
    request.headers.length === 2 * Object.keys(fieldsOf(request)).length &&
    isDeepStrictEqual(headers, { ...call.headers })
  );
}

function isSameBody({ body, opaque, facts }: CallEntry, request: RawRequest): boolean {
  if (opaque === undefined) {
    return (body ?? '') === request.body.toString() && facts.fingerprint === fingerprintOf(request);
  }
  const sha256 = createHash('sha256').update(request.body).digest('hex');
  const isKnown = opaque.bytes === request.body.length && opaque.sha256 === sha256;
  return isKnown && body === null && facts.fingerprint === uploadFingerprintOf(request);
}

/** The amount that was judged is the one that any server would read. */
function amountProblems(call: CallEntry, request: RawRequest): string[] {
  const { amount } = call.facts;
  if (amount === null || 'fault' in amount) return [];
  const judged = Number(amount.micros) / 10_000;
  const read = amountsOf(request);
  return read.every((value) => value === judged)
    ? []
    : [`judged an amount of ${judged}, a server may read ${read.join(', ')}`];
}

/** I4: whoever was told something finds it in the journal, once. */
function told({ told: { answers, rest }, recorded, text }: Observation): string[] {
  const calls = new Set<string>(callsOf(recorded).map(({ call }) => call));
  const refusals = refusalsOf(recorded);
  const problems: string[] = [];
  let refused = 0;
  for (const answer of answers) {
    const call = answer.headers.get('interlock-call');
    if (call !== undefined) {
      if (!calls.delete(call)) problems.push(`answered ${call}, which is not in the journal, or was answered before`);
    } else if (!isLocal(answer, text)) refused += 1;
    if (answer.status >= 400) problems.push(...unclear(answer));
  }
  if (refused > refusals.length) problems.push(`${refused} refusals told, ${refusals.length} recorded`);
  // The last one may have had nobody to tell it to.
  if (refusals.length > refused + 1) problems.push(`${refusals.length} refusals recorded, ${refused} told`);
  if (rest !== '' && !rest.startsWith('HTTP/1.1 ')) problems.push(`told what is no answer: ${JSON.stringify(rest)}`);
  return problems;
}

/** What the door says of itself concerns no upstream. */
function isLocal({ status }: RawAnswer, text: string): boolean {
  return status < 300 && text.includes('.interlock');
}

function unclear({ status, headers, body }: RawAnswer): string[] {
  if (headers.get('content-type') !== 'application/problem+json') return [`a ${status} that is no problem document`];
  if (body === '') return [];
  const problem = JSON.parse(body) as Readonly<Record<string, string | number | undefined>>;
  const clear = ['type', 'title', 'detail'].every((member) => String(problem[member]).length > 10);
  return clear && problem['status'] === status ? [] : [`an unclear problem: ${body}`];
}

function secrets({ told: { answers }, recorded }: Observation, token: string): string[] {
  const journal = JSON.stringify(recorded);
  return [
    ...(journal.includes(KEY) ? ['the key is in the journal'] : []),
    ...(JSON.stringify(answers).includes(KEY) ? ['the key was told'] : []),
    ...(journal.includes(token) ? [`the grant's token is in the journal: ${journal}`] : []),
  ];
}

function fieldsOf({ headers }: RawRequest): Record<string, string> {
  return Object.fromEntries(
    headers.flatMap((name, index) => (index % 2 === 0 ? [[name.toLowerCase(), headers[index + 1]!]] : [])),
  );
}

const lineOf = ({ method, target }: RawRequest): string => `${method} ${target}`;
const plain = ({ raw }: RawRequest): string => raw.toString('latin1');
