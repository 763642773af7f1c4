/** Mounts the console. Styles that components make while they run carry the nonce of this page. */
import '@mantine/core/styles.css';
import './app/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.js';
import { shareStyleNonce } from './app/style-nonce.js';
import { watchPresence } from './lib/api/client.js';

shareStyleNonce();
watchPresence();
const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
