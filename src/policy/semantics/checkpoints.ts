import { durationMs } from '../checked.ts';
import { compilePlace } from '../checkpoints.ts';
import type { Path } from '../problem.ts';
import type { Report } from '../report.ts';
import type { PolicyFile } from '../schema.ts';
import { checkAddress } from './notify.ts';

const ONE_KEY = '{ env: CHECKPOINT_KEY } or { file: /etc/interlock/checkpoint.key }';
const ONE_PLACE = '{ directory: … } or { webhook: … }, one per entry';

/** Oftener would say nothing new; more seldom leaves more than a day that can be taken back. */
const EVERY_MIN_MS = 1_000;
const EVERY_MAX_MS = 86_400_000;

/** One key, and places that are one each, safe to send to and named once. */
export function checkCheckpoints({ checkpoints }: PolicyFile, report: Report): void {
  if (checkpoints === undefined) return;
  const { key, every, to } = checkpoints;
  const path: Path = ['checkpoints'];
  if ((key.env === undefined) === (key.file === undefined)) {
    const message = key.env === undefined ? 'this names no key' : 'this names two keys';
    report.error([...path, 'key'], { message, accepted: ONE_KEY, secret: true });
  }
  if (durationMs(every) < EVERY_MIN_MS || durationMs(every) > EVERY_MAX_MS) {
    report.error([...path, 'every'], {
      message: 'checkpoints would come too often, or too seldom',
      accepted: 'a duration from 1s to 1d',
    });
  }
  if (to.length === 0) {
    const message =
      'the checkpoints are kept beside the journal alone, where whoever rewrites it can drop them; name a place in `to`';
    report.warn(path, { message, on: 'key', secret: true });
  }
  checkPlaces(to, [...path, 'to'], report);
}

function checkPlaces(to: NonNullable<PolicyFile['checkpoints']>['to'], path: Path, report: Report): void {
  const names = new Map<string, number>();
  for (const [index, entry] of to.entries()) {
    const { directory, webhook } = entry;
    if ((directory === undefined) === (webhook === undefined)) {
      const message = directory === undefined ? 'this entry names no place' : 'this entry names two places';
      report.error([...path, index], { message, accepted: ONE_PLACE, secret: true });
      continue;
    }
    if (webhook !== undefined) {
      const inTheClear = 'a checkpoint that crosses the network unencrypted can be held back by whoever sees it';
      checkAddress(webhook.url, [...path, index, 'webhook', 'url'], report, inTheClear);
    }
    const name = compilePlace(entry)?.name ?? '';
    const earlier = names.get(name);
    if (earlier !== undefined) {
      report.error([...path, index], { message: `\`checkpoints.to[${earlier}]\` is this place already`, secret: true });
    }
    names.set(name, earlier ?? index);
  }
}
