/**
 * What people may do in the control room. Every role may look, and whoever may look may kill: stopping an agent must never
 * wait for somebody with more rights. A person has one role or more, and may do what any of them may.
 */
export const ROLES = ['viewer', 'operator', 'reviewer', 'approver', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who may do what; `admin` may do everything and is not named. */
export const MAY = {
  look: ['viewer', 'operator', 'reviewer', 'approver'],
  kill: ['viewer', 'operator', 'reviewer', 'approver'],
  /** Stop without severing, take a stage away, end a broken glass, revoke a grant: all make less possible. */
  restrain: ['operator', 'approver'],
  assess: ['reviewer', 'approver'],
  /** Refuse a held call. */
  reject: ['operator', 'approver'],
  approve: ['approver'],
  resume: ['approver'],
  /** Make grants, admit promotions, break glass, load a policy, erase a person, add people. */
  administer: [],
} as const satisfies Readonly<Record<string, readonly Role[]>>;

export type Action = keyof typeof MAY;

export function mayOf(roles: Iterable<Role>): ReadonlySet<Action> {
  const held = new Set(roles);
  const actions = Object.entries(MAY) as [Action, readonly Role[]][];
  return new Set(
    actions
      .filter(([, allowed]) => held.has('admin') || allowed.some((role) => held.has(role)))
      .map(([action]) => action),
  );
}
