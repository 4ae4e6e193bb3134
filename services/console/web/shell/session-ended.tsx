import { Button } from 'antd';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { onSessionEnd } from '../api/client.js';
import { Dialog } from '../shared/dialog/dialog.js';
import { useText } from '../text/text.js';
import { meQuery } from './me.queries.js';

export const loginChannel = 'arrears-login';
const loginWindow = 'popup,width=480,height=640';

/** The session ended while somebody worked: he logs in in a small window and goes on where he was. */
export function SessionEnded() {
  const text = useText();
  const client = useQueryClient();
  const [ended, setEnded] = useState(false);
  useEffect(() => onSessionEnd(() => setEnded(true)), []);
  useEffect(() => {
    const channel = new BroadcastChannel(loginChannel);
    channel.onmessage = () => void comeBack();
    const comeBack = async () => {
      const before = client.getQueryData(meQuery.queryKey)?.sub;
      const { sub } = await client.fetchQuery({ ...meQuery, staleTime: 0 });
      // Another person at this desk must not see what the first one had open.
      if (before !== undefined && before !== sub) return window.location.reload();
      setEnded(false);
      await client.invalidateQueries();
    };
    return () => channel.close();
  }, [client]);
  return (
    <Dialog open={ended} closable={false} title={text.session.ended}>
      <p>{text.session.endedText}</p>
      <Button
        type="primary"
        autoFocus
        onClick={() => window.open('/session/login?to=/logged-in', 'login', loginWindow)}
      >
        {text.session.login}
      </Button>
    </Dialog>
  );
}

/** Shown in the small window for a moment: tells the others, and goes. */
export function LoggedIn() {
  useEffect(() => {
    const channel = new BroadcastChannel(loginChannel);
    channel.postMessage('logged in');
    channel.close();
    window.close();
  }, []);
  return null;
}

export function LoginFailed() {
  const text = useText();
  return (
    <main className="alone">
      <h1>{text.session.failed}</h1>
      <p>{text.session.failedText}</p>
      <p>
        <a href="/session/login">{text.session.again}</a>
      </p>
    </main>
  );
}
