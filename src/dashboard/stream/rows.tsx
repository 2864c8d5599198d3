import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core';
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

interface RowsParts<Row> {
  readonly rows: readonly Row[];
  readonly draw: (row: Row) => ComponentChildren;
  readonly name: string;
  /** Whether the newest row is in sight. */
  readonly onTop: (top: boolean) => void;
  /** Somebody reaches for a row: nothing may move under a finger, or under the focus. */
  readonly onReach: () => void;
  readonly children?: ComponentChildren;
}

const ROW_HIGH = 34;
const ROW_HIGH_NARROW = 58;
const NARROW = matchMedia('(max-width: 900px)');
/** Drawn beyond what is seen, so that scrolling shows no gap. */
const OVERSCAN = 4;
/** Nearer to the top than this is at the top. */
const TOP = 4;

/**
 * A list of which only what is in sight is drawn, however long it is. Its elements are those of places, not of rows: while
 * it flows they are filled anew, which costs a fifth of making them anew.
 */
export function Rows<Row>({ rows, draw, name, onTop, onReach, children }: RowsParts<Row>) {
  const scroller = useRef<HTMLDivElement>(null);
  const [, redraw] = useState(0);
  const [narrow, setNarrow] = useState(NARROW.matches);
  const high = narrow ? ROW_HIGH_NARROW : ROW_HIGH;
  const own = useRef<Virtualizer<HTMLDivElement, HTMLLIElement> | null>(null);
  const options = {
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => high,
    overscan: OVERSCAN,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    onChange: ({ scrollOffset }: { readonly scrollOffset: number | null }) => {
      onTop((scrollOffset ?? 0) < TOP);
      redraw((each) => each + 1);
    },
  };
  own.current ??= new Virtualizer(options);
  own.current.setOptions(options);
  useLayoutEffect(() => own.current?._didMount(), []);
  useLayoutEffect(() => own.current?._willUpdate());
  useLayoutEffect(() => own.current?.measure(), [high]);
  useLayoutEffect(() => {
    const changed = (): void => setNarrow(NARROW.matches);
    NARROW.addEventListener('change', changed);
    return () => NARROW.removeEventListener('change', changed);
  }, []);
  return (
    <div
      class="rows"
      ref={scroller}
      tabIndex={0}
      role="region"
      aria-label={name}
      onKeyDown={step}
      onPointerDown={onReach}
      onFocusIn={onReach}
    >
      <ul style={{ height: `${own.current.getTotalSize()}px` }}>
        {own.current.getVirtualItems().map(({ index, start }) => {
          const row = rows[index];
          if (row === undefined) return null;
          return (
            <li
              key={index}
              aria-setsize={rows.length}
              aria-posinset={index + 1}
              style={{ transform: `translateY(${start}px)`, height: `${high}px` }}
            >
              {draw(row)}
            </li>
          );
        })}
      </ul>
      {children}
    </div>
  );
}

/** Arrows go from row to row. */
function step(event: KeyboardEvent): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const row = event.target instanceof Element ? event.target.closest('li') : null;
  const rows = [...(event.currentTarget as HTMLElement).querySelectorAll('li')].toSorted(
    (a, b) => Number(a.ariaPosInSet) - Number(b.ariaPosInSet),
  );
  const at = row === null ? -1 : rows.indexOf(row);
  const next = rows[event.key === 'ArrowDown' ? at + 1 : at - 1];
  if (row === null || next === undefined) return;
  event.preventDefault();
  next.querySelector('a')?.focus();
}
