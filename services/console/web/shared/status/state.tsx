import { Alert, Button, Empty, Skeleton } from 'antd';
import { useEffect, useState, type ReactNode } from 'react';
import { ApiError } from '../../api/problem.js';
import { useText, wordFor } from '../../text/text.js';

const quietMs = 150;
const longMs = 2_000;

/** Nothing at first, then a skeleton of the height to come, then words: a page that answers quickly never flickers. */
export function Loading({ rows = 4, onCancel }: { rows?: number; onCancel?: () => void }) {
  const text = useText();
  const [after, setAfter] = useState<'nothing' | 'skeleton' | 'words'>('nothing');
  useEffect(() => {
    const timers = [setTimeout(() => setAfter('skeleton'), quietMs), setTimeout(() => setAfter('words'), longMs)];
    return () => timers.forEach(clearTimeout);
  }, []);
  return (
    <div className="loading" role="status" aria-live="polite" aria-busy="true">
      {after !== 'nothing' && <Skeleton active title={false} paragraph={{ rows }} />}
      {after === 'words' && (
        <p>
          {text.state.still}
          {onCancel && <Button onClick={onCancel}>{text.state.cancel}</Button>}
        </p>
      )}
    </div>
  );
}

/** In the panel where it happened, and only there: a sentence, its code, the id to tell, and a way to try again. */
export function Failure({ failure, onRetry }: { failure: unknown; onRetry?: () => void }) {
  const text = useText();
  const problem = failure instanceof ApiError ? failure : null;
  const code = problem?.code ?? 'internal';
  const sentence = Object.hasOwn(text.state.error, code) ? wordFor(text.state.error, code) : text.state.error.other;
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={sentence}
      description={
        <span className="failure-detail">
          <code>{code}</code>
          {problem?.correlationId && (
            <>
              {' · '}
              {text.state.correlation} <code>{problem.correlationId}</code>
            </>
          )}
        </span>
      }
      action={onRetry && <Button onClick={onRetry}>{text.state.retry}</Button>}
    />
  );
}

export function Nothing({ says, children }: { says: string; children?: ReactNode }) {
  return (
    <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={says}>
      {children}
    </Empty>
  );
}

interface Asked<Data> {
  data: Data | undefined;
  error: unknown;
  isPending: boolean;
  refetch: () => unknown;
}
/** The three states of whatever is asked for, and then the thing itself. What is known stays while it is asked anew. */
export function Shown<Data>({
  of,
  rows,
  children,
}: {
  of: Asked<Data>;
  rows?: number;
  children: (data: Data) => ReactNode;
}) {
  if (of.data !== undefined) return <>{children(of.data)}</>;
  if (of.isPending) return <Loading {...(rows === undefined ? {} : { rows })} />;
  return <Failure failure={of.error} onRetry={() => void of.refetch()} />;
}
