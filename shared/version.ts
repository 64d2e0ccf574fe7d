/** Owns the version that both sides name: in /health, to servers, in the settings. A test holds it equal to package.json's. */
export const VERSION = '0.1.0';
