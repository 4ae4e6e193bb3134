import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const bff = process.env['CONSOLE_BFF'] ?? 'http://127.0.0.1:7400';

export default defineConfig({
  root: new URL('web', import.meta.url).pathname,
  plugins: [react()],
  resolve: { conditions: ['@arrears/source', 'browser', 'module', 'import', 'default'] },
  html: { cspNonce: '%NONCE%' },
  build: {
    outDir: new URL('dist/web', import.meta.url).pathname,
    emptyOutDir: true,
    target: 'es2023',
    // Nothing is inlined: the page's policy forbids it.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
  },
  server: { proxy: { '/api': bff, '/session': bff } },
});
