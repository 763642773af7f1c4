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
import { getJson } from '../api/client.js';
import { LiveConnection, type LiveState } from './live-connection.js';
import { outOfDate } from './out-of-date.js';
import { Refresher } from './refresher.js';
import { meSchema } from '@consilium/shared/answers';

/** Several leaves of one transaction make a page ask once. */
const GATHER_MS = 120;

const LiveContext = createContext<LiveConnection | undefined>(undefined);

export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient();
  const [connection] = useState(openConnection);
  useEffect(() => {
    const stopAsking = askAgain(connection, client);
    connection.start();
    return () => {
      connection.stop();
      stopAsking();
    };
  }, [connection, client]);
  return <LiveContext value={connection}>{children}</LiveContext>;
}

/** The connection and when it was last heard. */
export function useLiveState(): LiveState {
  const connection = useContext(LiveContext);
  if (connection === undefined) {
    throw new Error('useLiveState is used outside of LiveProvider');
  }
  return useSyncExternalStore(
    (watcher) => connection.onState(watcher),
    () => connection.state,
  );
}

function openConnection(): LiveConnection {
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
      getJson('/v1/me', meSchema).catch(() => undefined);
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
