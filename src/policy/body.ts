import { assert } from '../std/assert.ts';
import { parseBytes } from '../std/bytes.ts';
import type { BodyFile } from './schema/body.ts';

/** Which bodies a route takes beside objects as `application/json` and forms. */
export interface BodyTerms {
  /** Further media types that are read as JSON. */
  readonly jsonTypes: readonly string[];
  /** Whether a JSON body may be a list. */
  readonly lists: boolean;
  /** Media types whose bodies nobody reads: exact, or a whole family, `image/*`. */
  readonly opaqueTypes: readonly string[];
  /** The most bytes of an opaque body. */
  readonly opaqueMaxBytes: number;
}

/** A checked `body:` → what the door reads bodies by. */
export function bodyTerms({ json = [], lists, opaque = [], max }: BodyFile): BodyTerms {
  const opaqueMaxBytes = parseBytes(max);
  assert(opaqueMaxBytes !== undefined, `the size \`${max}\` was checked when the policy was read`);
  return { jsonTypes: json, lists, opaqueTypes: opaque, opaqueMaxBytes };
}
