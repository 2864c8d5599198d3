import { ANSWER_KEPT_MAX_BYTES } from '../../../door/recorder/kept-answer.ts';
import { CUT_WITHIN_MS } from '../../../door/recorder/open.ts';
import { PASSED_BODY_MAX_BYTES } from '../../../door/recorder/recorder.ts';
import { SECRET_LENGTH_MAX, SECRETS_KEPT } from '../../../door/recorder/secrets.ts';
import { CREDENTIALS_KEPT, RUN_PAUSE_MS } from '../../../door/recorder/sessions.ts';
import { FILE_BYTES_MAX, PENDING_BYTES_MAX, RETRY_MS } from '../../../door/recorder/writer.ts';
import { limit, type Limit } from './limit.ts';

/** What `interlock record` holds and waits for, beside what it shares with a door. */
export const RECORDER_LIMITS: readonly Limit[] = [
  limit('door/recorder/recorder.ts', { PASSED_BODY_MAX_BYTES }, 'bytes', 'one body that is passed on', '413'),
  limit(
    'door/recorder/kept-answer.ts',
    { ANSWER_KEPT_MAX_BYTES },
    'bytes',
    'one answer, as it is written down',
    'its beginning is, and its length; all of it is passed on',
  ),
  limit('door/recorder/writer.ts', { FILE_BYTES_MAX }, 'bytes', 'one file of a recording', 'the next one begins'),
  limit(
    'door/recorder/writer.ts',
    { PENDING_BYTES_MAX },
    'bytes',
    'lines that wait for the disk',
    'lines are lost, counted, and told of in a gap',
  ),
  limit('door/recorder/writer.ts', { RETRY_MS }, 'ms', 'between attempts on a disk that failed', 'tried again'),
  limit(
    'door/recorder/secrets.ts',
    { SECRETS_KEPT },
    'secrets',
    'credentials that are looked for in every text',
    'the one learned longest ago is looked for no more, until it comes by again',
  ),
  limit(
    'door/recorder/secrets.ts',
    { SECRET_LENGTH_MAX },
    'characters',
    'one credential that is looked for',
    'it goes where its name stands, and is not looked for elsewhere',
  ),
  limit(
    'door/recorder/sessions.ts',
    { CREDENTIALS_KEPT },
    'credentials',
    'credentials whose runs are told apart',
    'the one that was silent longest begins another run',
  ),
  limit('door/recorder/sessions.ts', { RUN_PAUSE_MS }, 'ms', 'a pause within one run', 'another run begins'),
  limit(
    'door/recorder/open.ts',
    { CUT_WITHIN_MS },
    'ms',
    'the lines of what was cut, at the end',
    'lost, as in a crash',
  ),
];
