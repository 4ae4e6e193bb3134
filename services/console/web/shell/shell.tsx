import { App, ConfigProvider } from 'antd';
import enGB from 'antd/locale/en_GB';
import zhCN from 'antd/locale/zh_CN';
import { Link, Outlet, useNavigate } from '@tanstack/react-router';
import { useContext, useEffect, useState, type ReactNode } from 'react';
import { KeyContext, useKeys } from '../shared/keys/use-keys.js';
import { Failure } from '../shared/status/state.js';
import { ZoneContext } from '../shared/time/use-zone.js';
import { LanguageContext, localeOf, useText, type Language } from '../text/text.js';
import { useTheme, useThemeName } from '../theme/theme.js';
import { AccountMenu } from './account-menu.js';
import { BusinessClock } from './business-clock.js';
import { KeySheet } from './key-sheet.js';
import { useClock, useMe, type Me, type Preferences } from './me.queries.js';
import { SessionEnded } from './session-ended.js';

const usual: Preferences = { language: 'zh', theme: 'system', keys: true };
/** Of this page's answer: the only styles that may be added carry it. */
const nonce = document.querySelector<HTMLElement>('meta[property=csp-nonce]')?.nonce ?? '';

/** Language, theme and antd's own texts, from what a person prefers. */
export function Surroundings({ children }: { children: ReactNode }) {
  const { data: me } = useMe();
  const { language, theme: wish } = me?.preferences ?? usual;
  const theme = useTheme(useThemeName(wish));
  useEffect(() => {
    document.documentElement.lang = localeOf[language];
  }, [language]);
  return (
    <LanguageContext value={language}>
      <ConfigProvider theme={theme} locale={antdTexts[language]} csp={{ nonce }} button={{ autoInsertSpace: false }}>
        <App component={false}>{children}</App>
      </ConfigProvider>
    </LanguageContext>
  );
}
const antdTexts: Record<Language, typeof zhCN> = { zh: zhCN, en: enGB };

/** Rail, bar, and the page. Which screens there are is the server's word. */
export function Shell() {
  const { data: me, error, refetch } = useMe();
  if (me === undefined) {
    if (error === null) return null;
    return (
      <main className="alone">
        <Failure failure={error} onRetry={() => void refetch()} />
      </main>
    );
  }
  return <LoggedInShell me={me} />;
}

function LoggedInShell({ me }: { me: Me }) {
  const text = useText();
  const [sheet, setSheet] = useState(false);
  const { data: clock } = useClock();
  useShellKeys(me, () => setSheet(true));
  return (
    <div className="shell">
      <a className="skip" href="#page">
        {text.keys.here}
      </a>
      <header className="bar" aria-label={text.bar.label}>
        <span className="brand">{text.app}</span>
        <BusinessClock />
        <span className="push" />
        <button type="button" className="key-button" onClick={() => setSheet(true)}>
          <kbd>?</kbd> {text.bar.keys}
        </button>
        <AccountMenu me={me} />
      </header>
      <nav className="rail" aria-label={text.nav.label}>
        <ul>
          {me.screens.map(({ id, path }) => (
            <li key={id}>
              <Link to={path} activeOptions={{ exact: false, includeSearch: false }}>
                {text.nav[id]}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <main id="page" tabIndex={-1}>
        <ZoneContext value={clock?.timeZone ?? 'UTC'}>
          <Outlet />
        </ZoneContext>
      </main>
      <KeySheet open={sheet} onClose={() => setSheet(false)} singleKeys={me.preferences.keys} />
      <SessionEnded />
    </div>
  );
}

function useShellKeys(me: Me, showSheet: () => void): void {
  const text = useText();
  const navigate = useNavigate();
  const registry = useContext(KeyContext);
  const { keys } = me.preferences;
  useEffect(() => {
    const onPress = (event: KeyboardEvent): void => {
      if (registry.press(event, keys)) event.preventDefault();
    };
    window.addEventListener('keydown', onPress);
    return () => window.removeEventListener('keydown', onPress);
  }, [registry, keys]);
  const goes = me.screens.map(({ id, path }) => ({
    keys: id === 'cases' ? 'g c' : 'g s',
    title: id === 'cases' ? text.keys.goCases : text.keys.goSystem,
    run: () => void navigate({ to: path }),
  }));
  useKeys('everywhere', [{ keys: '?', title: text.keys.sheet, run: showSheet }, ...goes]);
}
