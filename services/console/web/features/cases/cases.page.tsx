import { getRouteApi, useNavigate, useRouterState } from '@tanstack/react-router';
import { Alert, Button } from 'antd';
import { useCallback, useMemo, useRef, type ReactNode } from 'react';
import { Grid } from '../../shared/grid/grid.js';
import { clampIndex } from '../../shared/grid/pages.js';
import { useKeys } from '../../shared/keys/use-keys.js';
import { formatCount } from '../../shared/money/money.js';
import { Failure, Loading, Nothing } from '../../shared/status/state.js';
import { useZone } from '../../shared/time/use-zone.js';
import { When } from '../../shared/time/time-text.js';
import { parseFlat } from '../../shared/url/flat.js';
import { useLanguage, useText } from '../../text/text.js';
import { caseColumns } from './columns.js';
import { useCaseList } from './cases.queries.js';
import { casesSearch, tidy } from './cases.search.js';
import { Filters } from './filters.js';

const route = getRouteApi('/shell/cases');
const jump = 20;

/** Every case that one may see, as a list that stands still. */
export function CasesPage() {
  const text = useText();
  const language = useLanguage();
  const zone = useZone();
  const search = route.useSearch();
  const navigate = useNavigate();
  const filters = useRef<HTMLDivElement>(null);
  const list = useCaseList(search);
  const cursor = clampIndex(search.at ?? 0, list.length);
  const columns = useMemo(
    () => caseColumns(text, zone, search.sort ?? '-dpd', language),
    [text, zone, search.sort, language],
  );
  const go = useCallback(
    (change: Readonly<Record<string, unknown>>, replace: boolean) =>
      void navigate({ to: '/cases', search: (before) => tidy(casesSearch.parse({ ...before, ...change })), replace }),
    [navigate],
  );
  const move = (to: number) => go({ at: clampIndex(to, list.length) }, true);
  const open = (index: number) => {
    const row = list.rowAt(index);
    if (row === undefined || list.listId === undefined) return;
    const { caseId } = row;
    void navigate({ to: '/cases/$caseId', params: { caseId }, search: { list: list.listId, row: index } });
  };
  const { setRange } = list;
  const onRange = useCallback((from: number, to: number) => setRange([from, to]), [setRange]);
  useKeys('here', [
    { keys: 'J', title: text.keys.nextRow, run: () => move(cursor + 1) },
    { keys: 'K', title: text.keys.previousRow, run: () => move(cursor - 1) },
    { keys: 'ArrowDown', title: text.keys.nextRow, run: () => move(cursor + 1) },
    { keys: 'ArrowUp', title: text.keys.previousRow, run: () => move(cursor - 1) },
    { keys: 'PageDown', title: text.keys.pageDown, run: () => move(cursor + jump) },
    { keys: 'PageUp', title: text.keys.pageUp, run: () => move(cursor - jump) },
    { keys: 'Home', title: text.keys.firstRow, run: () => move(0) },
    { keys: 'End', title: text.keys.lastRow, run: () => move(list.length - 1) },
    { keys: 'Enter', title: text.keys.open, run: () => open(cursor) },
    { keys: 'F', title: text.keys.filter, run: () => filters.current?.querySelector('input')?.focus() },
    { keys: 'Shift+R', title: text.keys.reload, run: list.takeNews },
  ]);
  return (
    <div className="page">
      <div className="page-head">
        <h1>{text.cases.title}</h1>
        <Size list={list} />
        {list.frozen.data && (
          <span className="quiet">
            {text.cases.asOf} <When at={list.frozen.data.asOf} zone={zone} />
          </span>
        )}
        <Button onClick={list.takeNews}>{text.cases.reload}</Button>
        {list.length > 0 && (
          <span className="quiet" aria-live="polite">
            {text.cases.position(formatCount(cursor + 1), formatCount(list.length))}
          </span>
        )}
      </div>
      <Filters search={search} onChange={(change) => go({ ...change, at: 0 }, false)} first={filters} />
      <Unreadable />
      {list.missing && <Alert type="warning" showIcon title={text.cases.nameless} />}
      {list.failure !== null && <Failure failure={list.failure} onRetry={list.takeNews} />}
      <Body list={list} onClear={() => go(nothingAsked, false)}>
        <Grid
          label={text.cases.title}
          columns={columns}
          total={list.length}
          rowAt={list.rowAt}
          cursor={cursor}
          onCursor={move}
          onOpen={open}
          onRange={onRange}
        />
      </Body>
    </div>
  );
}

const nothingAsked = Object.fromEntries(casesSearch.order.map((name) => [name, undefined]));
type List = ReturnType<typeof useCaseList>;

function Body({ list, onClear, children }: { list: List; onClear: () => void; children: ReactNode }) {
  const text = useText();
  const { frozen } = list;
  if (frozen.isPending) return <Loading rows={12} />;
  const trouble = frozen.error !== null && <Failure failure={frozen.error} onRetry={list.takeNews} />;
  if (frozen.data === undefined) return trouble;
  // What was read stays: a list that can not be taken anew is still one to work with.
  if (list.length > 0)
    return (
      <>
        {trouble}
        {children}
      </>
    );
  return (
    <Nothing says={text.cases.empty}>
      <Button onClick={onClear}>{text.cases.emptyClear}</Button>
    </Nothing>
  );
}

function Size({ list: { frozen, total, length, truncated } }: { list: List }) {
  const text = useText();
  if (frozen.data === undefined) return null;
  const says = truncated
    ? text.cases.truncated(formatCount(length), formatCount(total))
    : text.cases.total(formatCount(total));
  return <span>{says}</span>;
}

/** What of the address could not be read is named, not silently replaced. */
function Unreadable() {
  const text = useText();
  const said = useRouterState({ select: (state) => state.location.searchStr });
  const names = casesSearch.unreadable(parseFlat(said));
  return names.length === 0 ? null : <Alert type="info" showIcon title={text.url.fixed(names.join(', '))} />;
}
