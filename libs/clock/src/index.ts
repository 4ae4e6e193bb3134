export { isoOf, msOf, speedOfDay } from './clock.js';
export type { Clock, Instant } from './clock.js';
export { fixedClock, realClock, steppedClock } from './clocks.js';
export { clockVariable, fileClock, lookEveryMs, openClock } from './file-clock.js';
export { jumpBy, jumpTo, setSpeed, startClock, stopClock } from './clock-file.js';
export { timelineOf } from './segments.js';
export type { Segment, Timeline } from './segments.js';
