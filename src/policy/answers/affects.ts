import { assert } from '../../std/assert.ts';
import type { Request } from '../../engine/policy.ts';
import { parseRead, readTarget } from '../precondition.ts';
import type { AffectFile } from '../schema/answer.ts';
import { sourcesOf } from './declared.ts';
import type { Source } from './plan.ts';

/** One item that a captured write changes beside the one that its path names. */
export interface Affect {
  /** The path of the item; `null` where the request lacks what it is made of: then no such item is changed. */
  readonly path: (request: Request) => string | null;
  readonly isDelete: boolean;
  readonly sets: readonly { readonly path: readonly string[]; readonly source: Source }[];
}

export function compileAffect({ item, set = {}, delete: isDelete }: AffectFile): Affect {
  const read = parseRead(item);
  assert(read.ok, `\`${item}\` was checked when the policy was read`);
  return { path: readTarget(read.value), isDelete: isDelete === true, sets: sourcesOf(set) };
}
