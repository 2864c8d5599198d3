import type { GrantId } from '../../engine/ids.ts';

/** How the grants of imported sessions begin; a door's own have hexadecimal digits behind `grant_`. */
export const IMPORTED = 'grant_import_';

/** The grant of an import's session, by its place among them, from 1. */
export const importedGrant = (place: number): GrantId => `${IMPORTED}${place}` as GrantId;

/** Whether a call under this grant is from a recording. */
export const isImported = (grant: GrantId): boolean => grant.startsWith(IMPORTED);
