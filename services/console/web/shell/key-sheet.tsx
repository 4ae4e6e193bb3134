import { Fragment } from 'react';
import { Dialog } from '../shared/dialog/dialog.js';
import { useAllKeys, type Scope } from '../shared/keys/use-keys.js';
import { useText } from '../text/text.js';

/** What the keys of this page do, from the registry that runs them: it can't say anything else. */
export function KeySheet({ open, onClose, singleKeys }: { open: boolean; onClose: () => void; singleKeys: boolean }) {
  const text = useText();
  return (
    <Dialog open={open} onCancel={onClose} title={text.keys.title} destroyOnHidden>
      {!singleKeys && <p>{text.keys.off}</p>}
      <KeyGroup scope="here" title={text.keys.here} />
      <KeyGroup scope="everywhere" title={text.keys.everywhere} />
    </Dialog>
  );
}

function KeyGroup({ scope, title }: { scope: Scope; title: string }) {
  const text = useText();
  const bindings = useAllKeys()
    .filter((group) => group.scope === scope)
    .flatMap((group) => group.bindings);
  return (
    <>
      <h3>{title}</h3>
      {bindings.length === 0 && <p className="quiet">{text.keys.none}</p>}
      <dl className="key-list">
        {bindings.map(({ keys, title: does }) => (
          <Fragment key={`${keys} ${does}`}>
            <dt>
              {keys.split(' ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </Fragment>
        ))}
      </dl>
    </>
  );
}
