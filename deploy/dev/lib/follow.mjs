import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';

/** Shows what a process writes to its log from now on, line by line. Returns a function that ends it. */
export function follow(path, onLine) {
  let position = existsSync(path) ? statSync(path).size : 0;
  let rest = '';
  const look = () => {
    if (!existsSync(path)) return;
    const { size } = statSync(path);
    if (size <= position) return;
    const bytes = Buffer.alloc(size - position);
    const file = openSync(path, 'r');
    readSync(file, bytes, 0, bytes.length, position);
    closeSync(file);
    position = size;
    const lines = (rest + bytes.toString('utf8')).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach((line) => onLine(line));
  };
  const timer = setInterval(look, 300);
  return () => {
    clearInterval(timer);
    look();
  };
}
