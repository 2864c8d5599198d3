import { ok, type Result } from '../../std/result.ts';
import { comparable, VALUE_LENGTH_MAX } from '../../engine/guards/provenance.ts';
import type { Grant } from '../../journal/index.ts';
import type { GrantRequest } from './grant.ts';
import { refused, type OperationRefused } from './parts.ts';

/** A task that needs more values than this should read them from a route. */
export const VALUES_MAX = 100;
const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

type Declared = NonNullable<Grant['values']>;

/**
 * What a new grant declares for its task, in the form in which values are compared. A narrower grant declares what its
 * parent does or less: a child that could declare more would vouch for values that no human ever saw.
 *
 * @param kept what stands for a value where it is recorded
 */
export function declaredFor(
  { values }: GrantRequest,
  parent: Pick<Grant, 'id' | 'values'> | null,
  kept: (value: string) => string = (value) => value,
): Result<Declared, OperationRefused> {
  if (values === undefined) return ok(parent?.values ?? {});
  const declared: Record<string, readonly string[]> = {};
  for (const [name, texts] of Object.entries(values)) {
    if (!NAME.test(name))
      return refused(400, `Failed to declare \`${name}\`: write a name of letters, digits, - and _.`);
    const known = texts.map(comparable);
    if (known.includes(null)) {
      return refused(400, `Failed to declare \`${name}\`: a value has 1 to ${VALUE_LENGTH_MAX} characters.`);
    }
    declared[name] = [...new Set(known as string[])];
  }
  const beyond = parent === null ? undefined : beyondParent(declared, parent.values ?? {}, kept);
  if (parent !== null && beyond !== undefined) {
    return refused(
      400,
      `\`${beyond}\` is not among the values that \`${parent.id}\` declares; a narrower grant has no more.`,
    );
  }
  const count = Object.values(declared).reduce((sum, { length }) => sum + length, 0);
  return count > VALUES_MAX
    ? refused(400, `A grant declares at most ${VALUES_MAX} values.`)
    : ok(recorded(declared, kept));
}

/** The first value that the parent does not declare under the same name: `payee=acct_2`. */
function beyondParent(declared: Declared, allowed: Declared, kept: (value: string) => string): string | undefined {
  for (const [name, texts] of Object.entries(declared)) {
    const known = Object.hasOwn(allowed, name) ? (allowed[name] ?? []) : [];
    const value = texts.find((text) => !known.includes(kept(text)));
    if (value !== undefined) return `${name}=${value}`;
  }
  return undefined;
}

function recorded(declared: Declared, kept: (value: string) => string): Declared {
  return Object.fromEntries(Object.entries(declared).map(([name, values]) => [name, values.map(kept)]));
}
