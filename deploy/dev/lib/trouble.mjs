/**
 * Something the person at the keyboard can mend: shown as its one sentence, without a stack.
 * Anything else that is thrown is a defect of ours and keeps its stack.
 */
export function trouble(sentence) {
  return Object.assign(new Error(sentence), { name: 'Trouble' });
}

/** Prints the sentence of a trouble, or the whole stack of a defect. */
export function explain(error) {
  const text = error?.name === 'Trouble' ? error.message : (error?.stack ?? String(error));
  process.stderr.write(`\n${text}\n`);
}
