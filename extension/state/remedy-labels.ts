/** Owns what the buttons say that help after a failure, each beside what it does. Which failure has which is in words.ts. */
export const RETRY = { remedy: 'retry', label: 'Try again' } as const;
export const RECONNECT = { remedy: 'reconnect', label: 'Reconnect' } as const;
export const SETTINGS = { remedy: 'open-settings', label: 'Open settings' } as const;
export const ADDRESS = { remedy: 'edit-address', label: 'Change the address' } as const;
export const HEADERS = { remedy: 'edit-headers', label: 'Change the headers' } as const;
export const SIGN_IN = { remedy: 'sign-in', label: 'Sign in' } as const;
export const DETAILS = { remedy: 'copy-details', label: 'Copy details' } as const;
