/**
 * Which ids are one human, from the merges that are in force. Pure. Nothing is rewritten when a merge begins or ends: what
 * happened stays with the id it happened to, and only who is counted together changes.
 */
export interface Merge {
  mergeId: string;
  members: readonly string[];
}

/**
 * The group of every id that some merge names: those that are linked, directly or over others. A group is called after its
 * smallest id, so that the same links give the same name in whatever order they were made.
 */
export function groupsOf(merges: readonly Merge[]): Map<string, string> {
  const parent = new Map<string, string>();
  const rootOf = (id: string): string => {
    const above = parent.get(id) ?? id;
    return above === id ? id : rootOf(above);
  };
  for (const { members } of merges)
    for (const member of members) {
      const [one, other] = [rootOf(members[0] ?? member), rootOf(member)].sort() as [string, string];
      parent.set(one, one);
      parent.set(other, one);
    }
  return new Map([...parent.keys()].map((id) => [id, rootOf(id)]));
}
