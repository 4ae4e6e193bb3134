import { useText, wordFor } from '../../text/text.js';
import { WorkTag } from '../../shared/status/work-tag.js';
import { formatCount } from '../../shared/money/money.js';
import type { Next, OneCase, People } from './case.queries.js';
import { figuresOf } from './figures.js';

/** Who, which case, how late, where it stands: one line above everything. */
export function Strip({ of, people, next }: { of: OneCase; people: People | undefined; next: Next | undefined }) {
  const text = useText();
  const { lead } = figuresOf(of.accounts);
  const debtor = people?.items.find(({ role }) => role === 'debtor')?.known?.name;
  const holds = [...new Set(next?.holds.map(({ kind }) => kind))];
  return (
    <div className="strip">
      <h1>
        {debtor ?? '—'} <span className="amount">{of.caseNo}</span>
      </h1>
      {lead && <span>{wordFor(text.products, lead.product)}</span>}
      {lead && (
        <span>
          {text.case.pastDue(formatCount(lead.daysPastDue))} · {lead.bucket ?? '—'} ·{' '}
          {wordFor(text.classes, lead.classification)}
        </span>
      )}
      <WorkTag state={of.status === 'closed' ? 'done' : 'active'}>{wordFor(text.stages, of.stage)}</WorkTag>
      <span>{wordFor(text.levels, of.level)}</span>
      <span>
        <span className="quiet">{text.columns.owner}</span> {of.assignee ?? text.case.unassigned}
      </span>
      {holds.length > 0 ? (
        <WorkTag state="barred">{text.case.held(holds.map((kind) => wordFor(text.holds, kind)).join(', '))}</WorkTag>
      ) : (
        <span className="quiet">{text.case.noHold}</span>
      )}
      {of.status === 'closed' && <span>{text.case.closed(of.closeReason ?? '—')}</span>}
    </div>
  );
}
