import { states, type WorkState } from '../../theme/tokens.js';

/** A state by colour, shape and word: never by colour alone. */
export function WorkTag({ state, children }: { state: WorkState; children: string }) {
  return (
    <span className={`work-tag work-${state}`}>
      <span aria-hidden="true">{states[state].shape}</span> {children}
    </span>
  );
}
