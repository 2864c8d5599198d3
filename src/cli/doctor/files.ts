import { accessSync, constants, existsSync, statSync, type Stats } from 'node:fs';
import path from 'node:path';
import type { LoadedPolicy } from '../../policy/index.ts';
import { fail, ok, skip, warn, type Finding } from './check.ts';

const OTHERS = 0o077;

/** Who but its owner may read what is not theirs: the admin's token, the journal, keys. */
export function fileFindings(data: string, { checkpoints, file }: LoadedPolicy): readonly Finding[] {
  if (process.platform === 'win32') return [skip('files', 'Who may read which file was not looked at on this system.')];
  const signing = checkpoints?.key.kind === 'file' ? [path.resolve(path.dirname(file), checkpoints.key.file)] : [];
  return [
    closed('files.data', data, 'the data directory (journal, sealed personal data, how to reach the door)'),
    closed('files.control', path.join(data, 'control.json'), "the admin's token"),
    ...signing.map((key) => closed('files.signing-key', key, 'the key that signs checkpoints')),
    policyWritable(file),
  ];
}

function closed(id: string, file: string, what: string): Finding {
  const stats = statOf(file);
  if (stats === undefined) return skip(id, `\`${file}\`, ${what}, is not there.`);
  const open = stats.mode & OTHERS;
  if (open === 0) return ok(id, `Only its owner may read \`${file}\`: ${what}.`);
  return fail(
    id,
    `Others than its owner may use \`${file}\` (mode ${(stats.mode & 0o777).toString(8)}): ${what}.`,
    `chmod go= '${file}'`,
  );
}

/** Whoever may write the policy says what agents may do at the next start. */
function policyWritable(file: string): Finding {
  const id = 'files.policy';
  const stats = statOf(file);
  if (stats === undefined)
    return skip(id, `\`${file}\` is not there; the policy that the journal recorded last was looked at.`);
  if ((stats.mode & 0o022) === 0) return ok(id, `Only its owner may write \`${file}\`.`);
  return warn(id, `Others than its owner may write \`${file}\`, the policy.`, `chmod go-w '${file}'`);
}

function statOf(file: string): Stats | undefined {
  return statSync(file, { throwIfNoEntry: false });
}

/** Whether this user, an agent's, can read what is not an agent's. */
export function readableFindings(data: string): readonly Finding[] {
  return ['control.json', 'segments', '.'].map((name) => {
    const file = path.join(data, name);
    const id = `as-agent.files.${name === '.' ? 'data' : name}`;
    if (!readable(file))
      return ok(id, `This user cannot read \`${file}\`${existsSync(file) ? '' : ', or it is not there'}.`);
    return fail(
      id,
      `This user can read \`${file}\`.`,
      'run the agent as another user than the door, or in a container of its own',
    );
  });
}

function readable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
