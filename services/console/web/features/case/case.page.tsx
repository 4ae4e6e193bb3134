import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { ApiError } from '../../api/problem.js';
import { useKeys } from '../../shared/keys/use-keys.js';
import { formatCount } from '../../shared/money/money.js';
import { Failure, Loading, Nothing } from '../../shared/status/state.js';
import { useText } from '../../text/text.js';
import { caseQuery, useNeighbour, useNext, usePeople, useTimeline } from './case.queries.js';
import type { CaseSearch } from './case.search.js';
import { figuresOf } from './figures.js';
import { Money } from './money.js';
import { NextPanel } from './next.js';
import { PeoplePanel } from './people.js';
import { Strip } from './strip.js';
import { Timeline } from './timeline.js';

const route = getRouteApi('/shell/cases/$caseId');

/** A case all round: money and people, what happened, what comes next and why not now. */
export function CasePage() {
  const text = useText();
  const { caseId } = route.useParams();
  const search = route.useSearch();
  const navigate = useNavigate();
  const one = useQuery(caseQuery(caseId));
  const next = useNext(caseId);
  const people = usePeople(caseId);
  const timeline = useTimeline(caseId);
  const change = (to: CaseSearch) =>
    void navigate({ to: '/cases/$caseId', params: { caseId }, search: { ...search, ...to }, replace: true });
  return (
    <div className="page">
      <Walk search={search} />
      {one.isPending && <Loading rows={2} />}
      {one.isError && one.error instanceof ApiError && one.error.status === 404 && (
        <Nothing says={text.state.notFound} />
      )}
      {one.isError && !(one.error instanceof ApiError && one.error.status === 404) && (
        <Failure failure={one.error} onRetry={() => void one.refetch()} />
      )}
      {one.data && (
        <>
          <Strip of={one.data} people={people.data} next={next.data} />
          <div className="case-columns">
            <div>
              <Money of={one.data} />
              <PeoplePanel people={people} />
            </div>
            <Timeline
              timeline={timeline}
              zone={one.data.timeZone}
              currency={figuresOf(one.data.accounts).currency}
              group={search.kind}
              onGroup={(kind) => change({ kind })}
            />
            <NextPanel next={next} zone={one.data.timeZone} />
          </div>
        </>
      )}
    </div>
  );
}

/** Through the list that the case was opened from, which stands still meanwhile. */
function Walk({ search: { list, row, kind } }: { search: CaseSearch }) {
  const text = useText();
  const navigate = useNavigate();
  const here = useNeighbour(list, row);
  const before = useNeighbour(list, row === undefined ? undefined : row - 1)?.row;
  const after = useNeighbour(list, row === undefined ? undefined : row + 1)?.row;
  const go = (to: { caseId: string; index: number } | undefined) => {
    if (to === undefined || list === undefined) return;
    const { caseId, index } = to;
    void navigate({ to: '/cases/$caseId', params: { caseId }, search: { list, row: index, kind }, replace: true });
  };
  const back = () => {
    if (list !== undefined) window.history.back();
    else void navigate({ to: '/cases', search: {} });
  };
  useKeys('here', [
    { keys: '[', title: text.keys.previousCase, run: () => go(before) },
    { keys: ']', title: text.keys.nextCase, run: () => go(after) },
    { keys: 'Backspace', title: text.keys.back, run: back },
  ]);
  return (
    <div className="page-head">
      <Button onClick={back}>{text.case.list}</Button>
      {here !== undefined && row !== undefined && (
        <>
          <Button aria-label={text.case.previous} disabled={before === undefined} onClick={() => go(before)}>
            ‹
          </Button>
          <span className="amount">{text.case.place(formatCount(row + 1), formatCount(here.total))}</span>
          <Button aria-label={text.case.next} disabled={after === undefined} onClick={() => go(after)}>
            ›
          </Button>
        </>
      )}
    </div>
  );
}
