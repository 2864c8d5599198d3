import type { Approval } from '../../gate/criteria/gate-case.ts';
import { CommandFailed } from '../failure.ts';

/** `"NAME: reason"`, as often as there are people. */
export function approvalsFrom(given: readonly string[]): readonly Approval[] {
  return given.map((text) => {
    const colon = text.indexOf(':');
    const [by, reason] = [text.slice(0, Math.max(0, colon)).trim(), text.slice(colon + 1).trim()];
    if (by !== '' && reason !== '') return { by, reason };
    throw new CommandFailed(
      `Failed to read --approve \`${text}\`: it is "NAME: reason", and the reason is for whoever asks later.`,
    );
  });
}
