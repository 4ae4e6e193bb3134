/** Checked in on purpose: it opens recorded test histories and nothing else. */
export const testRing = {
  active: 'test-1',
  keys: new Map([['test-1', new Uint8Array(32).fill(7)]]),
};
