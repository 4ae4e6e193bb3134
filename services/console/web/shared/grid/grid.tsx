import { defaultRangeExtractor, useVirtualizer, type Range } from '@tanstack/react-virtual';
import { useCallback, useEffect, useRef, type CSSProperties, type ReactNode, type RefObject } from 'react';

export interface GridColumn<Row> {
  id: string;
  title: string;
  /** Pixels; the last column takes what is left. */
  width: number;
  align?: 'end';
  /** Set on the column the list is ordered by. */
  sorted?: 'ascending' | 'descending';
  cell: (row: Row) => ReactNode;
}

export interface GridProps<Row> {
  label: string;
  columns: readonly GridColumn<Row>[];
  total: number;
  /** Undefined while it is on its way. */
  rowAt: (index: number) => Row | undefined;
  cursor: number;
  onCursor: (index: number) => void;
  onOpen: (index: number) => void;
  /** Which rows are on the screen, so that they can be asked for. */
  onRange: (from: number, to: number) => void;
}

export const rowHeight = 28;
const overscan = 8;

/** The one grid of every list: a hundred thousand rows, of which those on the screen are alive. */
export function Grid<Row>(props: GridProps<Row>) {
  const { label, columns, total, rowAt, cursor, onCursor, onOpen, onRange } = props;
  const scroller = useRef<HTMLDivElement>(null);
  // The row with the focus stays alive wherever one scrolls: a focus that vanishes leaves a keyboard nowhere.
  const rangeExtractor = useCallback(
    (range: Range) =>
      [...new Set([...defaultRangeExtractor(range), Math.min(cursor, range.count - 1)])].sort((a, b) => a - b),
    [cursor],
  );
  const virtualizer = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan,
    rangeExtractor,
    scrollPaddingStart: rowHeight,
  });
  const shown = virtualizer.range;
  const [from, to] = [shown?.startIndex ?? 0, shown?.endIndex ?? 0];
  useEffect(() => onRange(from, to), [onRange, from, to]);
  useFocusOnCursor(scroller, cursor, () => virtualizer.scrollToIndex(cursor));

  const template = {
    '--columns': columns
      .map(({ width }, i) => (i === columns.length - 1 ? `minmax(${width}px, 1fr)` : `${width}px`))
      .join(' '),
  };
  return (
    <div
      ref={scroller}
      className="grid"
      role="grid"
      aria-label={label}
      aria-rowcount={total + 1}
      aria-colcount={columns.length}
      style={template as CSSProperties}
    >
      <div className="grid-head" role="row" aria-rowindex={1}>
        {columns.map(({ id, title, align, sorted }, i) => (
          <div key={id} role="columnheader" aria-colindex={i + 1} aria-sort={sorted} className={align}>
            {title}
            {sorted && <span aria-hidden="true">{sorted === 'ascending' ? ' ▲' : ' ▼'}</span>}
          </div>
        ))}
      </div>
      <div className="grid-body" role="rowgroup" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, start }) => (
          <GridRow
            key={index}
            {...{ index, columns, row: rowAt(index), active: index === cursor, top: start, onCursor, onOpen }}
          />
        ))}
      </div>
    </div>
  );
}

function GridRow<Row>(props: {
  index: number;
  columns: readonly GridColumn<Row>[];
  row: Row | undefined;
  active: boolean;
  top: number;
  onCursor: (index: number) => void;
  onOpen: (index: number) => void;
}) {
  const { index, columns, row, active, top, onCursor, onOpen } = props;
  return (
    <div
      role="row"
      className="grid-row"
      data-index={index}
      aria-rowindex={index + 2}
      aria-selected={active}
      aria-busy={row === undefined}
      tabIndex={active ? 0 : -1}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => onCursor(index)}
      onDoubleClick={() => onOpen(index)}
    >
      {columns.map(({ id, align, cell }, i) => (
        <div key={id} role="gridcell" aria-colindex={i + 1} className={align}>
          {row === undefined ? <span className="grid-pending" /> : cell(row)}
        </div>
      ))}
    </div>
  );
}

/** Follows the cursor with the scroll, and with the focus where the grid has it or nothing has. */
function useFocusOnCursor(scroller: RefObject<HTMLDivElement | null>, cursor: number, reveal: () => void): void {
  const newest = useRef(reveal);
  newest.current = reveal;
  useEffect(() => {
    newest.current();
    const frame = requestAnimationFrame(() => {
      const focused = document.activeElement;
      if (focused !== document.body && !scroller.current?.contains(focused)) return;
      scroller.current?.querySelector<HTMLElement>(`[data-index="${cursor}"]`)?.focus({ preventScroll: true });
    });
    return () => cancelAnimationFrame(frame);
  }, [scroller, cursor]);
}
