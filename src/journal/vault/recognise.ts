import path from 'node:path';
import { sameness } from '../../engine/guards/once.ts';
import type { Privacy } from '../../policy/privacy/privacy.ts';
import { disk as realDisk, type Disk } from '../disk.ts';
import type { Recorded } from '../entry.ts';
import { PSEUDONYMS_KEY } from './layout.ts';
import { isPseudonymous, pseudonymOf } from './seal.ts';

/** A record as rules of now see it. */
export type Recognise = (record: Recorded) => Recorded;

/**
 * Sees what was journalled in clear before the policy called it personal as it is called now, so that `once` knows a
 * subject again whose pseudonym it had not met. Only a subject with one field in it: of several, nobody can say where
 * one ends.
 *
 * @param key of pseudonyms; `undefined` where there is none: then everything is seen as it stands
 */
export function recogniser({ routes }: Pick<Privacy, 'routes'>, key: Buffer | undefined): Recognise {
  const isAsked = [...routes.values()].some(({ subject }) => subject !== undefined);
  if (key === undefined || !isAsked) return (record) => record;
  return (record) => {
    if (record.kind !== 'call') return record;
    const { subject } = record.facts;
    const form = routes.get(record.route)?.subject;
    if (subject === null || form === undefined || isPseudonymous(subject)) return record;
    const value = subject.slice(form.before.length, subject.length - form.after.length);
    const seen = form.before + pseudonymOf(key, sameness(value)) + form.after;
    return { ...record, facts: { ...record.facts, subject: seen } };
  };
}

/** The vault's key of pseudonyms, for whoever only reads; `undefined` where there is none. */
export function pseudonymKey(dir: string, disk: Disk = realDisk): Buffer | undefined {
  const file = path.join(dir, PSEUDONYMS_KEY);
  return disk.exists(file) ? Buffer.from(disk.text(file).trim(), 'base64') : undefined;
}
