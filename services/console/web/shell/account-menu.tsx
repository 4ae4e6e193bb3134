import { Button, Popover, Segmented, Switch } from 'antd';
import { Failure } from '../shared/status/state.js';
import { texts, useText, wordFor, type Language } from '../text/text.js';
import { useLogout, usePrefer, type Me, type Preferences } from './me.queries.js';

const languages = Object.keys(texts) as Language[];
const themes = ['system', 'light', 'dark'] as const satisfies readonly Preferences['theme'][];

/** Who sits here, how he likes it, and the way out. */
export function AccountMenu({ me }: { me: Me }) {
  const text = useText();
  return (
    <Popover trigger="click" placement="bottomRight" content={<Wishes me={me} />}>
      <Button type="text" aria-haspopup="dialog" aria-label={`${text.bar.account} ${me.name}`}>
        {me.name}
      </Button>
    </Popover>
  );
}

function Wishes({ me }: { me: Me }) {
  const text = useText();
  const { mutate } = usePrefer();
  const logout = useLogout();
  const { preferences } = me;
  const wish = (change: Partial<Preferences>) => mutate({ ...preferences, ...change });
  return (
    <div className="panel">
      <p className="quiet">
        {text.account.roles}: {me.roles.map((role) => wordFor(text.roles, role)).join(' · ')}
      </p>
      <Segmented
        aria-label={text.account.language}
        value={preferences.language}
        options={languages.map((value) => ({ value, label: texts[value].language }))}
        onChange={(language) => wish({ language })}
      />
      <Segmented
        aria-label={text.account.theme}
        value={preferences.theme}
        options={themes.map((value) => ({ value, label: text.account.themes[value] }))}
        onChange={(theme) => wish({ theme })}
      />
      <label>
        <Switch checked={preferences.keys} onChange={(keys) => wish({ keys })} aria-label={text.account.keys} />{' '}
        {text.account.keys}
      </label>
      <Button onClick={() => logout.mutate()} loading={logout.isPending}>
        {text.account.logout}
      </Button>
      {logout.isError && <Failure failure={logout.error} />}
    </div>
  );
}
