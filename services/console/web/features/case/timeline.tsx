import { Button, Segmented } from 'antd';
import { Amount } from '../../shared/money/amount.js';
import { Failure, Loading } from '../../shared/status/state.js';
import { When } from '../../shared/time/time-text.js';
import { formatDay } from '../../shared/time/time.js';
import { useLanguage, useText, wordFor } from '../../text/text.js';
import type { Entry, useTimeline } from './case.queries.js';
import { amountOf, byDay, factsOf, groupOf, groups, type EntryGroup } from './entries.js';

/** One timeline of facts, decisions, permits and messages, the newest first, under the day of the debtor's zone. */
export function Timeline(props: {
  timeline: ReturnType<typeof useTimeline>;
  zone: string;
  currency: string | null;
  group: EntryGroup | undefined;
  onGroup: (group: EntryGroup | undefined) => void;
}) {
  const text = useText();
  const { timeline, group, onGroup } = props;
  return (
    <section className="panel" aria-label={text.case.timeline}>
      <div className="page-head">
        <h2>{text.case.timeline}</h2>
        <Segmented<string>
          aria-label={text.case.timeline}
          value={group ?? ''}
          options={[
            { value: '', label: text.case.all },
            ...groups.map((value) => ({ value, label: text.entries.groups[value] })),
          ]}
          onChange={(value) => onGroup(groups.find((one) => one === value))}
        />
      </div>
      {timeline.isPending && <Loading rows={10} />}
      {timeline.isError && timeline.data === undefined && (
        <Failure failure={timeline.error} onRetry={() => void timeline.refetch()} />
      )}
      {timeline.data && <Days {...props} />}
    </section>
  );
}

function Days({ timeline, zone, currency, group }: Parameters<typeof Timeline>[0]) {
  const text = useText();
  const language = useLanguage();
  const all = timeline.data?.pages.flatMap(({ items }) => items) ?? [];
  const shown = all.filter(({ kind }) => group === undefined || groupOf(kind) === group);
  return (
    <>
      {shown.length === 0 && <p className="quiet">{text.case.timelineEmpty}</p>}
      {byDay(shown, (at) => formatDay(at, zone, language)).map(({ day, entries }) => (
        <section key={day} aria-label={day}>
          <h3 className="day">{day}</h3>
          <ol className="entries">
            {entries.map((entry) => (
              <OneEntry key={entry.id} of={entry} zone={zone} currency={currency} />
            ))}
          </ol>
        </section>
      ))}
      {timeline.hasNextPage && (
        <Button onClick={() => void timeline.fetchNextPage()} loading={timeline.isFetchingNextPage}>
          {text.case.older}
        </Button>
      )}
    </>
  );
}

function OneEntry({ of, zone, currency }: { of: Entry; zone: string; currency: string | null }) {
  const text = useText();
  const amount = amountOf(of);
  return (
    <li className="entry">
      <When at={of.at} zone={zone} short />
      <span>
        {wordFor(text.entries.kinds, of.kind)}
        {amount !== null && (
          <>
            {' '}
            <Amount of={amount} currency={currency} code />
          </>
        )}{' '}
        <span className="quiet">{factsOf(of).join(' · ')}</span>
      </span>
    </li>
  );
}
