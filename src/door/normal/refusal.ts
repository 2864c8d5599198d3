import { fail } from '../../std/result.ts';

/** Why a request never became a call: it cannot be read in exactly one way, or asks for what the door does not do. */
export interface Refusal {
  /** 4xx or 5xx, as the client will see it. */
  readonly status: number;
  /** A stable code in snake case, `json_duplicate_key`. */
  readonly reason: string;
  /** One sentence for the client: what was wrong and the accepted form. */
  readonly detail: string;
}

export const refuse = (status: number, reason: string, detail: string): { readonly ok: false; failure: Refusal } =>
  fail({ status, reason, detail });

/** Longer than any field's name in practice, shorter than any token, so that a misplaced secret is never repeated. */
const SHOWN_CHARS_MAX = 32;
const SHOWABLE = /^[\w.[\]-]+$/;

/** A client's name for something, fit for a refusal's detail: quoted, or described where it is long or not plain ASCII. */
export function shown(name: string): string {
  return name.length <= SHOWN_CHARS_MAX && SHOWABLE.test(name) ? `"${name}"` : 'a name that is not shown here';
}
