import { useEffect, useState } from 'react';
import { businessNow, formatInstant, offsetOf } from '../shared/time/time.js';
import { useLanguage, useText } from '../text/text.js';
import { useClock, type Clock } from './me.queries.js';

/** The business date and time with its zone: in a demo it runs faster than the wall's. */
export function BusinessClock() {
  const text = useText();
  const { data } = useClock();
  return (
    <span>
      <span className="quiet">{text.bar.businessDay}</span> {data === undefined ? '…' : <Ticking reading={data} />}
    </span>
  );
}

function Ticking({ reading }: { reading: Clock & { heardAt: number } }) {
  const language = useLanguage();
  const [now, setNow] = useState(performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const at = businessNow(reading, Math.max(0, now - reading.heardAt));
  return (
    <time className="amount" dateTime={new Date(at).toISOString()}>
      {formatInstant(at, reading.timeZone, language)} {offsetOf(at, reading.timeZone)}
    </time>
  );
}
