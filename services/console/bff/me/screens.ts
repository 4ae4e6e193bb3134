import { may, type Action, type Actor } from '@arrears/auth';

export type ScreenId = 'cases' | 'system';

interface Screen {
  id: ScreenId;
  path: string;
  /** Whoever may do this has the screen; null: everybody. */
  needs: Action | null;
}

/** The screens that exist, in the order of the rail. Their rights are those of the actions they are made of. */
const screens: readonly Screen[] = [
  { id: 'cases', path: '/cases', needs: 'case.read' },
  // What is down concerns everybody.
  { id: 'system', path: '/system', needs: null },
];

export function screensOf(actor: Pick<Actor, 'roles'>): { id: ScreenId; path: string }[] {
  return screens.filter(({ needs }) => needs === null || may(actor, needs)).map(({ id, path }) => ({ id, path }));
}
