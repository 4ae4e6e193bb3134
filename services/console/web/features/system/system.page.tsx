import { useQuery } from '@tanstack/react-query';
import { bodyOf, consoleApi } from '../../api/client.js';
import type { operations } from '../../api/console.gen.js';
import { Shown } from '../../shared/status/state.js';
import { WorkTag } from '../../shared/status/work-tag.js';
import { When } from '../../shared/time/time-text.js';
import { useZone } from '../../shared/time/use-zone.js';
import { useText, wordFor } from '../../text/text.js';

type System = operations['SystemHttp_system']['responses'][200]['content']['application/json'];
const everyMs = 5_000;

/** What is up, what is down, and what still works meanwhile. */
export function SystemPage() {
  const text = useText();
  const system = useQuery({
    queryKey: ['system'],
    queryFn: () => bodyOf<System>(consoleApi.GET('/api/system')),
    refetchInterval: everyMs,
  });
  return (
    <div className="page">
      <h1>{text.system.title}</h1>
      <Shown of={system} rows={8}>
        {(data) => <Parts of={data} />}
      </Shown>
    </div>
  );
}

function Parts({ of }: { of: System }) {
  const text = useText();
  const zone = useZone();
  const down = [
    ...of.services,
    ...of.parts.filter((part) => !of.services.some(({ name }) => name === part.name)),
  ].filter(({ state }) => state === 'down');
  return (
    <>
      <p aria-live="polite">
        <WorkTag state={down.length === 0 ? 'done' : 'late'}>
          {down.length === 0 ? text.system.fine : text.system.some(down.length)}
        </WorkTag>{' '}
        <span className="quiet">
          {text.system.asOf} <When at={of.asOf} zone={zone} />
        </span>
      </p>
      {down.length > 0 && (
        <section aria-label={text.system.still}>
          <h2>{text.system.still}</h2>
          <ul>
            {down.map(({ name }) => (
              <li key={name}>
                {name}: {wordFor(text.system.works, Object.hasOwn(text.system.works, name) ? name : 'providers')}
              </li>
            ))}
          </ul>
        </section>
      )}
      <h2>{text.system.services}</h2>
      <ul className="system-list">
        {of.services.map(({ name, state, failing }) => (
          <Part
            key={name}
            name={name}
            state={state}
            says={failing.length > 0 ? text.system.failing(failing.join(', ')) : ''}
          />
        ))}
      </ul>
      <h2>{text.system.parts}</h2>
      <ul className="system-list">
        {of.parts.map(({ name, state, seenBy }) => (
          <Part key={name} name={name} state={state} says={text.system.seenBy(seenBy.join(', '))} />
        ))}
      </ul>
    </>
  );
}

function Part({ name, state, says }: { name: string; state: 'up' | 'down'; says: string }) {
  const text = useText();
  return (
    <li>
      <strong>{name}</strong>
      <span>
        <WorkTag state={state === 'up' ? 'done' : 'late'}>{state === 'up' ? text.system.up : text.system.down}</WorkTag>
      </span>
      <span className="quiet">{says}</span>
    </li>
  );
}
