// The one Vercel function. Its code is api/_lib/vercel.ts, bundled by api/_local/bundle.ts.
export { default } from './_build/vercel.js';
