import { address } from '../address.ts';

interface PlaceLink {
  readonly href: string;
  readonly name: string;
  /** Not in the bar of a phone, but in its menu. */
  readonly rare: boolean;
}

export const PLACES: readonly PlaceLink[] = [
  { href: '/', name: 'Overview', rare: false },
  { href: '/calls', name: 'Calls', rare: false },
  { href: '/holds', name: 'Waiting', rare: false },
  { href: '/review', name: 'Review', rare: false },
  { href: '/evidence', name: 'Evidence', rare: true },
  { href: '/policy', name: 'Policy', rare: true },
  { href: '/people', name: 'People', rare: true },
];

/** Whether a view belongs to this place. */
export function isHere(href: string): boolean {
  const { path } = address.value;
  if (href === '/calls' && path === '/why') return true;
  if (href === '/') return path === '/' || path.startsWith('/agents/');
  return path === href || path.startsWith(`${href}/`);
}
