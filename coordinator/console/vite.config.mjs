/** How the console is built: files with hashed names below `/console/`, and a place for the nonce that each page gets. */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  base: '/console/',
  plugins: [react()],
  html: { cspNonce: 'consilium-nonce' },
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
});
