import { Link } from '@tanstack/react-router';
import { useText } from '../text/text.js';

/** Out of scope and unknown look the same. */
export function NotFound() {
  const text = useText();
  return (
    <main className="alone">
      <h1>{text.state.notFound}</h1>
      <p>
        <Link to="/">{text.app}</Link>
      </p>
    </main>
  );
}
