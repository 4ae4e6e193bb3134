import { createContext, useContext, useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { decide, type Binding, type Pending } from './keys.js';

/** Which bindings are alive: those of everywhere, and those of the page that is shown. */
export type Scope = 'everywhere' | 'here';
export interface ScopedBindings {
  scope: Scope;
  bindings: readonly Binding[];
}

/** Knows every binding that is alive now; what it knows is what the `?` sheet shows. */
export class KeyRegistry {
  private groups: readonly ScopedBindings[] = [];
  private readonly listeners = new Set<() => void>();
  private pending: Pending | null = null;

  readonly add = (group: ScopedBindings): (() => void) => {
    this.set([...this.groups, group]);
    return () => this.set(this.groups.filter((one) => one !== group));
  };
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };
  readonly all = (): readonly ScopedBindings[] => this.groups;

  /** @returns whether the press was ours */
  press(event: KeyboardEvent, singleKeys: boolean): boolean {
    const { code, key, keyCode, isComposing, ctrlKey, altKey, metaKey, shiftKey } = event;
    // The page's own come first: they may stand for a key of everywhere.
    const bindings = (['here', 'everywhere'] as const).flatMap((scope) =>
      this.groups.filter((group) => group.scope === scope).flatMap((group) => [...group.bindings]),
    );
    const press = {
      code,
      key,
      keyCode,
      isComposing,
      ctrlKey,
      altKey,
      metaKey,
      shiftKey,
      inField: isField(event.target),
    };
    const outcome = decide(press, bindings, { pending: this.pending, now: event.timeStamp, singleKeys });
    this.pending = outcome.do === 'wait' ? outcome.pending : null;
    if (outcome.do === 'run') outcome.binding.run();
    return outcome.do !== 'nothing';
  }

  private set(groups: readonly ScopedBindings[]): void {
    this.groups = groups;
    this.listeners.forEach((listener) => listener());
  }
}

/** Fields, and what reads keys itself: a list that is open, a button that has the focus reads Enter and Space. */
function isField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) ||
    target.closest('[role=dialog]') !== null
  );
}

export const KeyContext = createContext(new KeyRegistry());

/** Keys that work while the calling part is shown. The newest `run` of each is used, however often it renders. */
export function useKeys(scope: Scope, bindings: readonly Binding[]): void {
  const registry = useContext(KeyContext);
  const newest = useRef(bindings);
  newest.current = bindings;
  const shape = bindings.map(({ keys, title }) => `${keys}\n${title}`).join('\n\n');
  const stable = useMemo(
    () => newest.current.map(({ keys, title }, i): Binding => ({ keys, title, run: () => newest.current[i]?.run() })),
    // Made anew when keys or titles change, not when a function does.
    [shape],
  );
  useEffect(() => registry.add({ scope, bindings: stable }), [registry, scope, stable]);
}

export function useAllKeys(): readonly ScopedBindings[] {
  const registry = useContext(KeyContext);
  return useSyncExternalStore(registry.subscribe, registry.all);
}
