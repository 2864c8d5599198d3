import fs from 'node:fs';
import { crc32 } from 'node:zlib';
import type { AmountFact, Call, Particulars } from '../../engine/call.ts';
import { fail, ok, type Result } from '../../std/result.ts';
import { append, fill, numbersOf } from './columns.ts';
import {
  COUNTS_AT,
  HEAD_SIZE_AT,
  SUM_AT,
  TAPE_HEADER_BYTES,
  TAPE_MAGIC,
  type CallColumn,
  type Dictionary,
  type TapeHead,
  type TapeIdentity,
  type TextsHead,
} from './part-tape.ts';
import { forgetReopened } from './reopened.ts';
import { ENDED_OUTSIDE } from './tape-recorder.ts';
import { EventKind } from './tape.ts';
import type { Reel } from './reel.ts';
import { TextColumn, type TextBytes } from './words.ts';

/** A part's tape as it was read. */
export interface PartTape {
  readonly head: TapeHead;
  readonly body: ArrayBuffer;
}

/** How many calls and events a tape says it has, which nobody has checked yet; the failure says why it is none. */
export function tapeSize(file: string): Result<{ readonly calls: number; readonly events: number }, string> {
  return openTape(file, (fd) => {
    const header = Buffer.from(read(fd, 0, TAPE_HEADER_BYTES));
    const [calls, events] = [header.readUInt32LE(COUNTS_AT), header.readUInt32LE(COUNTS_AT + 4)];
    if (calls > events || events > fs.fstatSync(fd).size) throw new NoTape('its bytes are damaged');
    return { calls, events };
  });
}

/** Reads a part's tape; the failure says why it is none, or not the one of these records. */
export function readPartTape(file: string, identity: TapeIdentity): Result<PartTape, string> {
  return openTape(file, (fd) => {
    const size = fs.fstatSync(fd).size;
    const header = Buffer.from(read(fd, 0, TAPE_HEADER_BYTES));
    const bodyAt = TAPE_HEADER_BYTES + header.readUInt32LE(HEAD_SIZE_AT);
    const head = Buffer.from(read(fd, TAPE_HEADER_BYTES, bodyAt));
    const body = read(fd, bodyAt, size);
    const sum = crc32(new Uint8Array(body), crc32(head, crc32(header.subarray(HEAD_SIZE_AT))));
    if (sum !== header.readUInt32LE(SUM_AT)) throw new NoTape('its bytes are damaged');
    const told = JSON.parse(head.toString()) as TapeHead;
    const { firstSeq, lastSeq, lastHash } = identity;
    if (told.firstSeq !== firstSeq || told.lastSeq !== lastSeq || told.lastHash !== lastHash)
      throw new NoTape('it is of other records');
    return { head: told, body };
  });
}

/** Puts a part's tape behind what is on the reel: as if its records had been recorded there, one by one. */
export function joinPart(reel: Reel, { head, body }: PartTape): void {
  const firstRow = reel.calls;
  const early = Object.entries(head.words).filter(([name]) => name !== 'fingerprints') as [Dictionary, TextsHead][];
  const ids = Object.fromEntries(
    early.map(([name, its]) => [name, reel.words[name].join(textsOf(its, body))]),
  ) as Record<Exclude<Dictionary, 'fingerprints'>, Uint32Array>;
  const policies = joinPolicies(reel, head);
  for (const [name, its] of Object.entries(head.calls) as [CallColumn, TapeHead['calls'][CallColumn]][]) {
    if (name === 'fingerprint') continue;
    const dictionary = DICTIONARY_OF[name];
    append(reel.columns[name], its, body, name === 'policy' ? policies : dictionary && ids[dictionary]);
  }
  reel.fingerprints.join(head.calls.fingerprint, textsOf(head.words.fingerprints, body), body);
  joinSparse(reel, head, firstRow, ids.founds);
  const id = textsOf(head.id, body);
  reel.id.join(id);
  joinEvents(reel, { head, body }, firstRow, ids.agents);
  forgetReopened(reel, id, firstRow);
  for (const row of numbersOf(head.open, body)) reel.open.set(reel.id.get(firstRow + row), firstRow + row);
}

/** Whose words a column's numbers are. */
const DICTIONARY_OF: Readonly<Partial<Record<CallColumn, Exclude<Dictionary, 'fingerprints'>>>> = {
  agent: 'agents',
  grant: 'grants',
  task: 'tasks',
  session: 'sessions',
  run: 'runs',
  route: 'routes',
  upstream: 'upstreams',
  subject: 'subjects',
  same: 'sames',
  currency: 'currencies',
  key: 'keys',
  conditions: 'conditions',
  found: 'founds',
};

class NoTape extends Error {}

function openTape<Value>(file: string, use: (fd: number) => Value): Result<Value, string> {
  let fd: number | undefined;
  try {
    fd = fs.openSync(file, 'r');
    if (Buffer.from(read(fd, 0, TAPE_MAGIC.length)).toString('latin1') !== TAPE_MAGIC) return fail('it is no tape');
    return ok(use(fd));
  } catch (error) {
    if (error instanceof NoTape) return fail(error.message);
    if (error instanceof Error && 'code' in error) return fail(error.code === 'ENOENT' ? 'it is gone' : error.message);
    throw error;
  } finally {
    if (fd !== undefined) fs.closeSync(fd);
  }
}

/** At most so much is read at once: more than 2 GiB no read gives. */
const READ_BYTES = 2 ** 30;

function read(fd: number, start: number, end: number): ArrayBuffer {
  if (end < start) throw new NoTape('it ends early');
  const bytes = new Uint8Array(end - start);
  for (let at = 0; at < bytes.length;) {
    const got = fs.readSync(fd, bytes, at, Math.min(READ_BYTES, bytes.length - at), start + at);
    if (got === 0) throw new NoTape('it ends early');
    at += got;
  }
  return bytes.buffer;
}

function textsOf({ at, bytes, lengths }: TextsHead, body: ArrayBuffer): TextBytes {
  const ends = numbersOf(lengths, body);
  let end = 0;
  for (let place = 0; place < ends.length; place += 1) ends[place] = end += ends[place] as number;
  return { bytes: Buffer.from(body, at, bytes), ends };
}

/** The place of each of its policies; the first is the one that is in force already. */
function joinPolicies(reel: Reel, { digests, inForce }: TapeHead): Uint32Array {
  const before = reel.policy;
  const places = Uint32Array.from(digests, (digest, place) => (place === 0 ? before : reel.named(digest)));
  reel.policy = places[inForce] as number;
  return places;
}

function joinSparse(reel: Reel, { sparse: its }: TapeHead, firstRow: number, founds: Uint32Array): void {
  const { sparse } = reel;
  for (const [row, amount] of its.amounts) sparse.amounts.set(firstRow + row, amountOf(amount as AmountJson));
  for (const [row, envelope] of its.envelopes) sparse.envelopes.set(firstRow + row, envelope as string);
  for (const [row, before] of its.befores) sparse.befores.set(firstRow + row, before as string);
  for (const [row, its_] of its.particulars) sparse.particulars.set(firstRow + row, its_ as Particulars);
  for (const [row, why] of its.unanswerable)
    sparse.unanswerable.set(firstRow + row, why as NonNullable<Call['unanswerable']>);
  for (const [row, said] of its.neutral) {
    const { verdict, found } = said as { readonly verdict: number; readonly found: number };
    sparse.neutral.set(firstRow + row, { verdict, found: founds[found] as number });
  }
}

type AmountJson = Extract<AmountFact, { fault: unknown }> | { readonly micros: string; readonly currency: string };

function amountOf(amount: AmountJson): AmountFact {
  return 'fault' in amount ? amount : { micros: BigInt(amount.micros), currency: amount.currency };
}

function joinEvents(reel: Reel, { head, body }: PartTape, firstRow: number, agents: Uint32Array): void {
  const firstAnswer = reel.answers.size - 1;
  append(reel.answers.status, head.answers.status, body);
  append(reel.answers.latencyMs, head.answers.latencyMs, body);
  append(reel.answers.rest, head.answers.rest, body, reel.answers.rests.join(textsOf(head.rests, body)));
  const outside = new TextColumn();
  outside.join(textsOf(head.outside, body));
  const [freezes, reviews] = [reel.freezes.length, reel.reviews.length];
  for (const freeze of head.freezes) reel.freezes.push({ ...freeze, agent: agents[freeze.agent] as number });
  for (const review of head.reviews) reel.reviews.push(review);
  const kinds = numbersOf(head.events.kind, body);
  if (kinds.every((one) => one === EventKind.call || one === EventKind.ended)) {
    joinCallsAndEnds(reel, { head, body }, firstRow, firstAnswer);
    return;
  }
  const refs = numbersOf(head.events.ref, body);
  const times = numbersOf(head.events.at, body);
  const how = numbersOf(head.events.effectiveness, body);
  const answers = numbersOf(head.events.answer, body);
  const { kind, ref, at, effectiveness, answer } = reel.events;
  const to = {
    kind: kind.extend(kinds.length),
    ref: ref.extend(kinds.length),
    at: at.extend(kinds.length),
    effectiveness: effectiveness.extend(kinds.length),
    answer: answer.extend(kinds.length),
  };
  let place = 0;
  for (let index = 0; index < kinds.length; index += 1) {
    const its = kinds[index] as number;
    const own = refs[index] as number;
    let means: number;
    if (its === EventKind.call || its === EventKind.ended) means = firstRow + own;
    else if (its === ENDED_OUTSIDE) {
      const call = outside.get(own);
      const row = reel.open.get(call);
      // It never was let through, or it ended before.
      if (row === undefined) continue;
      reel.open.delete(call);
      means = row;
    } else if (its === EventKind.frozen) means = freezes + own;
    else if (its === EventKind.reviewed) means = reviews + own;
    else means = agents[own] as number;
    to.kind[place] = its === ENDED_OUTSIDE ? EventKind.ended : its;
    to.ref[place] = means;
    to.at[place] = times[index] as number;
    to.effectiveness[place] = how[index] as number;
    const seen = answers[index] as number;
    to.answer[place] = seen === 0 ? 0 : firstAnswer + seen;
    place += 1;
  }
  for (const column of Object.values(reel.events)) column.shorten(kinds.length - place);
}

/** What nearly every part holds: nothing but calls and their ends, which keep their order, and only move to where they are here. */
function joinCallsAndEnds(
  reel: Reel,
  { head: { events }, body }: PartTape,
  firstRow: number,
  firstAnswer: number,
): void {
  append(reel.events.kind, events.kind, body);
  append(reel.events.at, events.at, body);
  append(reel.events.effectiveness, events.effectiveness, body);
  const refs = reel.events.ref.extend(events.ref.count);
  fill(refs, events.ref, body);
  if (firstRow > 0) for (let index = 0; index < refs.length; index += 1) (refs[index] as number) += firstRow;
  const answers = reel.events.answer.extend(events.answer.count);
  fill(answers, events.answer, body);
  if (firstAnswer > 0)
    for (let index = 0; index < answers.length; index += 1)
      if (answers[index] !== 0) (answers[index] as number) += firstAnswer;
}
