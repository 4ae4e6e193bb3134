/** Rows of a frozen list come in pages of this many. */
export const pageSize = 100;

/** The pages that rows on the screen need, and the one ahead, so that it is there when it is scrolled to. */
export function pagesFor(from: number, to: number, total: number): number[] {
  if (total === 0) return [];
  const last = Math.floor((total - 1) / pageSize);
  const first = Math.min(last, Math.max(0, Math.floor(from / pageSize)));
  const end = Math.min(last, Math.floor((to + pageSize / 4) / pageSize));
  return Array.from({ length: Math.max(1, end - first + 1) }, (_, i) => first + i);
}

export const pageOf = (index: number): number => Math.floor(index / pageSize);
export const clampIndex = (index: number, total: number): number => Math.max(0, Math.min(index, total - 1));
