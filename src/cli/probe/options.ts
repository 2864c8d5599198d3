import { randomInt } from 'node:crypto';
import { DURATION_FORM, parseDuration } from '../../std/duration.ts';
import { CommandFailed } from '../failure.ts';

/** How long a search goes on where nothing is said of it. */
const TIME_DEFAULT_MS = 60_000;
/** Above every seed: fast-check's are 32 bits. */
const SEED_END = 2 ** 31;

/** When a search ends. With runs and without a time it makes them all, so that it ends alike on every machine. */
export function extentOf(
  runs: string | undefined,
  time: string | undefined,
): { readonly runs?: number; readonly timeMs?: number } {
  const timeMs = time === undefined ? undefined : parseDuration(time);
  if (time !== undefined && timeMs === undefined) {
    throw new CommandFailed(`Failed to read --time \`${time}\`: it is ${DURATION_FORM}.`);
  }
  if (runs === undefined) return { timeMs: timeMs ?? TIME_DEFAULT_MS };
  const count = wholeNumber(runs);
  if (count === undefined || count === 0) {
    throw new CommandFailed(`Failed to read --runs \`${runs}\`: it is a whole number, 1 or more.`);
  }
  return { runs: count, ...(timeMs !== undefined && { timeMs }) };
}

export function seedOf(given: string | undefined): number {
  if (given === undefined) return randomInt(SEED_END);
  const seed = wholeNumber(given);
  if (seed === undefined || seed >= SEED_END) {
    throw new CommandFailed(`Failed to read --seed \`${given}\`: it is a whole number below ${SEED_END}.`);
  }
  return seed;
}

function wholeNumber(text: string): number | undefined {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : undefined;
  return Number.isSafeInteger(value) ? value : undefined;
}
