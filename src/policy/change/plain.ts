import type { Json } from '../../std/canonical-json.ts';
import type { LoadedPolicy } from '../policy.ts';

export type Plain = Readonly<Record<string, Json>>;

/** The policy as it stands for itself, templates and includes expanded. */
export function plainOf({ plain }: LoadedPolicy): Plain {
  return plain as Plain;
}

export function sectionOf(plain: Plain, key: string): Plain {
  return (plain[key] ?? {}) as Plain;
}
