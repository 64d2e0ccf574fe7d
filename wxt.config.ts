import { defineConfig } from 'wxt';

export default defineConfig({
  srcDir: 'extension',
  publicDir: 'extension/public',
  modulesDir: 'extension/modules',
  manifestVersion: 3,
  imports: false,
  manifest: { name: 'Mooring' },
});
