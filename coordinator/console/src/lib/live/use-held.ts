/**
 * What somebody points at holds still. A list that grows at its head while the pointer is over it would put another row under
 * the pointer between aiming and clicking.
 */
import { useState } from 'react';

export interface Held<T> {
  /** What stands on the page: the newest, or what was the newest when the pointer came. */
  readonly shown: T;
  /** Something newer waits until the pointer has left. */
  readonly isBehind: boolean;
  /** For the element that is pointed at. A finger leaves it when it lifts. */
  readonly aim: {
    readonly onPointerEnter: () => void;
    readonly onPointerLeave: () => void;
  };
}

/** @param newest must be the same object for as long as nothing changed. */
export function useHeld<T>(newest: T): Held<T> {
  const [held, hold] = useState<{ readonly value: T }>();
  const shown = held === undefined ? newest : held.value;
  return {
    shown,
    isBehind: shown !== newest,
    aim: {
      onPointerEnter: () => {
        hold({ value: newest });
      },
      onPointerLeave: () => {
        hold(undefined);
      },
    },
  };
}
