import { useEffect, useRef } from 'preact/hooks';
import { overview } from '../live/feed.ts';

/**
 * Asks again whenever the door says that something has happened that a held call may depend on: what waits, who is frozen, how
 * much was let through.
 */
export function useNews(again: () => void): void {
  const { waiting, frozen, traffic, policy } = overview.value ?? {};
  const news = `${waiting} ${frozen} ${traffic?.allowed} ${policy?.digest}`;
  const first = useRef(true);
  useEffect(() => {
    if (first.current || overview.value === null) {
      first.current = overview.value === null;
      return undefined;
    }
    // Of what comes in a flood, one answer a second is enough.
    const soon = setTimeout(again, NEWS_EVERY_MS);
    return () => clearTimeout(soon);
  }, [news]);
}

const NEWS_EVERY_MS = 400;
