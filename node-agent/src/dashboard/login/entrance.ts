/** Signing in: the password, or the one-time login that sets it. Wrong tries of all callers together are slowed down. */
import type { Home } from '../../config/home.js';
import type { Words } from '../words/english.js';
import { Allowance } from './allowance.js';
import { isOneTimeLogin, useUpOneTimeLogin } from './one-time-login.js';
import { isPassword, setPassword, SHORTEST_PASSWORD } from './password.js';
import { Sessions } from './sessions.js';

/** Five wrong tries at once, then one in twenty seconds: some 4,300 a day against a password of 12 characters. */
const TRIES = { atOnce: 5, aSecond: 0.05 };

export type Entered =
  | { readonly kind: 'in'; readonly token: string }
  | { readonly kind: 'out'; readonly status: 400 | 401 | 429; readonly fault: string };

export class Entrance {
  readonly sessions: Sessions;
  private readonly tries: Allowance;
  /** One password is computed at a time: each takes 32 MiB. */
  private turn: Promise<unknown> = Promise.resolve();

  /** @param now the wall clock, in milliseconds */
  constructor(
    private readonly home: Home,
    private readonly now: () => number,
  ) {
    this.sessions = new Sessions(now);
    this.tries = new Allowance(TRIES, now);
  }

  signIn(form: URLSearchParams, { login }: Words): Promise<Entered> {
    return this.try(login, async () => {
      const isRight = await isPassword(this.home, form.get('password') ?? '');
      return isRight
        ? { kind: 'in', token: this.sessions.begin() }
        : { kind: 'out', status: 401, fault: login.wrong };
    });
  }

  /** Ends all sessions there are: whoever holds the one-time login takes the page over. */
  setFirst(form: URLSearchParams, { login }: Words): Promise<Entered> {
    const [code, password, again] = ['code', 'password', 'again'].map(
      (name) => form.get(name) ?? '',
    );
    return this.try(login, async () => {
      if (!(await isOneTimeLogin(this.home, code ?? '', this.now()))) {
        return { kind: 'out', status: 401, fault: login.wrongCode };
      }
      if (password === undefined || password !== again) {
        return { kind: 'out', status: 400, fault: login.differ };
      }
      if ([...password].length < SHORTEST_PASSWORD) {
        return { kind: 'out', status: 400, fault: login.short };
      }
      await setPassword(this.home, password);
      await useUpOneTimeLogin(this.home);
      this.sessions.endAll();
      return { kind: 'in', token: this.sessions.begin() };
    });
  }

  private async try(words: Words['login'], work: () => Promise<Entered>): Promise<Entered> {
    const waitS = this.tries.take();
    if (waitS > 0) {
      return { kind: 'out', status: 429, fault: words.wait(waitS) };
    }
    const result = this.turn.then(work);
    this.turn = result.catch(() => undefined);
    const entered = await result;
    if (entered.kind === 'in') {
      this.tries.giveBack();
    }
    return entered;
  }
}
