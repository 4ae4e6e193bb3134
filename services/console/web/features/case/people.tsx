import { Alert } from 'antd';
import { Shown } from '../../shared/status/state.js';
import { WorkTag } from '../../shared/status/work-tag.js';
import { useText, wordFor } from '../../text/text.js';
import type { Person, usePeople } from './case.queries.js';

/** Who has to do with the case, masked as the services mask for this person. */
export function PeoplePanel({ people }: { people: ReturnType<typeof usePeople> }) {
  const text = useText();
  return (
    <section className="panel" aria-label={text.case.people}>
      <h2>{text.case.people}</h2>
      <Shown of={people} rows={3}>
        {({ items, missing }) => (
          <>
            {missing.length > 0 && <Alert type="warning" showIcon title={text.case.peopleMissing} />}
            {items.map((person) => (
              <OnePerson key={`${person.role} ${person.personId}`} of={person} />
            ))}
          </>
        )}
      </Shown>
    </section>
  );
}

function OnePerson({ of: { role, known } }: { of: Person }) {
  const text = useText();
  return (
    <div className="person">
      <div>
        <span className="quiet">{wordFor(text.personRoles, role)}</span>{' '}
        {known === null ? '—' : (known.name ?? text.case.erased)}
        {known?.idNumber && (
          <span className="quiet">
            {' '}
            · {text.case.idNumber} {known.idNumber}
          </span>
        )}
      </div>
      {known !== null && (
        <ul>
          {known.contactPoints.length === 0 && <li className="quiet">{text.case.noPoints}</li>}
          {known.contactPoints.map((point) => (
            <li key={point.contactPointId}>
              <span className="quiet">{wordFor(text.points, point.kind)}</span>{' '}
              <span className="amount">{point.value ?? text.case.erased}</span>{' '}
              {point.valid === 'no' && <WorkTag state="barred">{text.case.invalid}</WorkTag>}
              {point.valid !== 'no' && point.reserved && <WorkTag state="barred">{text.case.barred}</WorkTag>}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
