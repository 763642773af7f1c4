/** How the console is built: files with hashed names below `/console/`, a place for the nonce that each page gets, and the page that verifies itself. */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { firstFrame } from './first-frame.mjs';
import { selfVerifyingPage } from './self-verifying-page.mjs';

export default defineConfig({
  base: '/console/',
  plugins: [react(), firstFrame(), selfVerifyingPage()],
  worker: { format: 'es' },
  html: { cspNonce: 'consilium-nonce' },
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
});
