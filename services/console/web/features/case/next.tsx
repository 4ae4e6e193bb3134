import { Alert } from 'antd';
import { useState } from 'react';
import { useKeys } from '../../shared/keys/use-keys.js';
import { Shown } from '../../shared/status/state.js';
import { WorkTag } from '../../shared/status/work-tag.js';
import { When } from '../../shared/time/time-text.js';
import { useLanguage, useText, wordFor, type Language } from '../../text/text.js';
import type { Next, Upcoming, useNext } from './case.queries.js';

/** What comes next and why not now: the planner's and the gate's own words, in the language of whoever reads. */
export function NextPanel({ next, zone }: { next: ReturnType<typeof useNext>; zone: string }) {
  const text = useText();
  const [wide, setWide] = useState(true);
  useKeys('here', [{ keys: 'W', title: text.keys.widen, run: () => setWide((before) => !before) }]);
  return (
    <section className="panel" aria-label={text.next.title}>
      <h2>{text.next.title}</h2>
      <Shown of={next} rows={6}>
        {(data) => <Steps of={data} zone={zone} wide={wide} />}
      </Shown>
    </section>
  );
}

function Steps({ of, zone, wide }: { of: Next; zone: string; wide: boolean }) {
  const text = useText();
  if (of.status === 'closed') return <p>{text.next.closed}</p>;
  return (
    <>
      {of.gate === 'away' && <Alert type="warning" showIcon title={text.next.gateAway} />}
      <p className="quiet">
        {of.wakeAt !== null && (
          <>
            {text.next.wakeAt} <When at={of.wakeAt} zone={zone} />
          </>
        )}
        {of.decisionNo != null && ` · ${text.next.decision(of.decisionNo)}`}
      </p>
      {of.attention.length > 0 && (
        <p>
          <WorkTag state="soon">{text.next.attention}</WorkTag> {of.attention.map(({ code }) => code).join(', ')}
        </p>
      )}
      <Holds of={of} zone={zone} />
      {of.upcoming.length === 0 && <p>{text.next.nothing}</p>}
      <ol className="steps">
        {of.upcoming.map((step, i) => (
          <Step key={`${step.step} ${i}`} of={step} zone={zone} wide={wide} />
        ))}
      </ol>
    </>
  );
}

function Holds({ of: { holds }, zone }: { of: Next; zone: string }) {
  const text = useText();
  if (holds.length === 0) return null;
  return (
    <ul className="steps">
      {holds.map(({ holdId, kind, until }) => (
        <li key={holdId}>
          <WorkTag state="barred">{wordFor(text.holds, kind)}</WorkTag>{' '}
          {until === null ? text.next.forever : <When at={until} zone={zone} />}
        </li>
      ))}
    </ul>
  );
}

/** Reasons stand in words at once: nobody has to press a key to learn why not. */
function Step({ of, zone, wide }: { of: Upcoming; zone: string; wide: boolean }) {
  const text = useText();
  const language = useLanguage();
  const { channel, step, possible, gate, says, covers } = of;
  return (
    <li className="step">
      <div>
        <Possible at={possible} zone={zone} granted={gate?.verdict === 'granted' && of.blockedBy.length === 0} />{' '}
        <strong>{wordFor(text.channels, channel)}</strong> <span className="quiet">{step}</span>
      </div>
      <p>{says[language]}</p>
      {wide && (
        <ul className="quiet">
          {gate?.denials.map(({ rule, citation }) => (
            <li key={rule}>
              {text.next.rule} {rule} · {text.next.cite} {cited(citation, language)}
            </li>
          ))}
          <li>{text.next.covers(covers.length)}</li>
        </ul>
      )}
    </li>
  );
}

type Citation = NonNullable<Upcoming['gate']>['denials'][number]['citation'];
function cited(of: Citation, language: Language): string {
  const { document, article } = language === 'zh' ? (of.zh ?? of) : of;
  return `${document} ${article}`;
}

function Possible({ at, zone, granted }: { at: string | null; zone: string; granted: boolean }) {
  const text = useText();
  if (at === 'never') return <WorkTag state="barred">{text.next.never}</WorkTag>;
  if (at === null) return <WorkTag state="soon">{text.next.unknown}</WorkTag>;
  return (
    <>
      <WorkTag state={granted ? 'active' : 'soon'}>{text.next.earliest}</WorkTag> <When at={at} zone={zone} />
    </>
  );
}
