/**
 * Whether somebody is at the page. What pages ask on their own, because something happened in a study, must not keep a session
 * alive that its person has left; so a question counts as the person's only where it follows something that the person did.
 */

/** What people do with a page; programs can only make believe (`Event.isTrusted`, DOM section 2.1). */
const DEEDS = ['pointerdown', 'keydown', 'wheel', 'touchmove'] as const;
/** So long after a deed its questions are still on their way: a page's code is fetched before its answers are. */
const FOLLOWS_MS = 5000;

/** `Window` is such a thing. */
export interface Deeds {
  addEventListener(
    type: string,
    listener: (event: { readonly isTrusted: boolean }) => void,
    options: { readonly capture: boolean; readonly passive: boolean },
  ): void;
}

export class Presence {
  /** Somebody has opened the page. */
  private lastDeedMs: number;

  constructor(
    deeds: Deeds,
    private readonly nowMs: () => number,
  ) {
    this.lastDeedMs = nowMs();
    for (const type of DEEDS) {
      deeds.addEventListener(type, this.noteDeed, { capture: true, passive: true });
    }
  }

  /** Whether what is asked now is asked for a person. */
  get isThere(): boolean {
    return this.nowMs() - this.lastDeedMs <= FOLLOWS_MS;
  }

  private readonly noteDeed = ({ isTrusted }: { readonly isTrusted: boolean }): void => {
    if (isTrusted) {
      this.lastDeedMs = this.nowMs();
    }
  };
}
