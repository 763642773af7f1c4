/** One live stream for the whole page, and what pages read of it. */
import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import {
  createContext,
  useContext,
  useEffect,
  useState,
  useSyncExternalStore,
  type ReactNode,
} from 'react';
import { meQuery } from '../api/queries.js';
import type { LiveConnection, LiveState } from './live-connection.js';
import { outOfDate } from './out-of-date.js';
import { Refresher } from './refresher.js';

/** Several leaves of one transaction make a page ask once. */
const GATHER_MS = 120;

const CONNECTING: LiveState = { connection: 'connecting' };
const LOST: LiveState = { connection: 'lost' };

/** What listens comes a moment after the page; 'missing' where the coordinator does not hand its code out. */
type Listening = LiveConnection | 'missing' | undefined;

const LiveContext = createContext<Listening>(undefined);

export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient();
  const [listening, setListening] = useState<Listening>();
  useEffect(() => {
    let stop = (): void => undefined;
    let isWanted = true;
    openConnection(client).then(
      (connection) => {
        if (!isWanted) {
          return;
        }
        const stopAsking = askAgain(connection, client);
        connection.start();
        setListening(connection);
        stop = () => {
          connection.stop();
          stopAsking();
        };
      },
      () => {
        setListening('missing');
      },
    );
    return () => {
      isWanted = false;
      stop();
    };
  }, [client]);
  return <LiveContext value={listening}>{children}</LiveContext>;
}

/** The connection and when it was last heard. */
export function useLiveState(): LiveState {
  const listening = useContext(LiveContext);
  return useSyncExternalStore(
    (watcher) =>
      typeof listening === 'object' ? listening.onState(watcher) : (): void => undefined,
    () => stateOf(listening),
  );
}

function stateOf(listening: Listening): LiveState {
  if (listening === undefined) {
    return CONNECTING;
  }
  return listening === 'missing' ? LOST : listening.state;
}

/** Its code reads messages by their forms, which take a while to build: not before the page is there. */
async function openConnection(client: QueryClient): Promise<LiveConnection> {
  const { LiveConnection } = await import('./live-connection.js');
  return new LiveConnection({
    open: (url) => new EventSource(url),
    nowMs: () => Date.now(),
    after: (ms, work) => {
      const timer = setTimeout(work, ms);
      return () => {
        clearTimeout(timer);
      };
    },
    failed: () => {
      // An ended session is told by the answer, which leads to the page for signing in; silence is what the page shows already.
      void client.refetchQueries({ queryKey: meQuery.queryKey });
    },
  });
}

function askAgain(connection: LiveConnection, client: QueryClient): () => void {
  const refresher = new Refresher(client);
  const waiting = new Map<string, readonly string[]>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = (): void => {
    timer = undefined;
    const keys = [...waiting.values()];
    waiting.clear();
    keys.forEach((queryKey) => void refresher.refresh(queryKey));
  };
  const stop = connection.onMessage((message) => {
    const keys = outOfDate(message);
    if (keys === 'all') {
      void refresher.refresh([]);
      return;
    }
    keys.forEach((key) => waiting.set(key.join('/'), key));
    timer ??= setTimeout(flush, GATHER_MS);
  });
  return () => {
    clearTimeout(timer);
    stop();
  };
}
