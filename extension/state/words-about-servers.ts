/** Owns the sentences about servers: how they fail, and what lets Mooring in there. Pure; the rest, and the rules for all, are in words.ts. */
import { ADDRESS, DETAILS, HEADERS, RETRY, SETTINGS, SIGN_IN } from './remedy-labels.ts';

export const SERVER_WORDS = {
  SERVER_URL_INVALID: {
    title: 'This is not the address of a server.',
    meaning: 'It looks like https://mcp.example.com/mcp.',
    ...ADDRESS,
  },
  HEADERS_INVALID: {
    title: 'A header cannot be sent to the server.',
    meaning: 'Its name or value has characters that no header may have, or Mooring sets it itself. Nothing was changed.',
    ...HEADERS,
  },
  REDIRECT_URI_FORBIDDEN: {
    title: 'The sign-in cannot come back to this extension.',
    meaning: 'The backend does not know it. Its owner has to add the extension’s id to MOORING_EXTENSION_IDS.',
    ...SETTINGS,
  },
  SERVER_ADDRESS_FORBIDDEN: {
    title: 'This backend may not reach that address.',
    meaning:
      'It is on a private network, which a hosted backend stays out of, or its owner keeps it from there. Run the backend on your computer, or have its owner allow the address.',
    ...ADDRESS,
  },
  SERVER_SIGN_IN_REQUIRED: {
    title: 'The server asks for sign-in.',
    meaning: 'Sign in, or give it the key that it wants as a header. The session is kept.',
    ...SIGN_IN,
  },
  SIGN_IN_FAILED: {
    title: 'The sign-in did not work.',
    meaning: 'The session is kept. Its Session room in the inspector shows which step failed and what was answered.',
    ...SIGN_IN,
  },
  SIGN_IN_NOT_BEGUN: {
    title: 'This sign-in was not begun here, or took too long.',
    meaning: 'Only the browser that begins a sign-in can end it, within ten minutes. Begin it again here.',
    ...SIGN_IN,
  },
  SECRETS_UNREADABLE: {
    title: 'What was kept for this server cannot be read any more.',
    meaning: 'Sign in again, or enter its headers again. Your other sessions are untouched.',
    ...SIGN_IN,
  },
  SERVER_REFUSED: {
    title: 'The server refused the connection.',
    meaning: 'It answers, but does not let Mooring in. Check the address.',
    ...ADDRESS,
  },
  SERVER_NAME_UNKNOWN: {
    title: 'There is no server of this name.',
    meaning: 'Check the address for a typing mistake.',
    ...ADDRESS,
  },
  SERVER_UNREACHABLE: {
    title: 'The server cannot be reached.',
    meaning: 'It may be stopped, or the address may be wrong. A session with it is kept and goes on when it is back.',
    ...RETRY,
  },
  SERVER_TLS_FAILED: {
    title: 'The connection to the server is not secure.',
    meaning: 'Its certificate is expired, self-signed or for another name. Nothing was sent to it.',
    ...ADDRESS,
  },
  SERVER_FAILED: {
    title: 'The server answered with an error.',
    meaning: 'The fault is at the server. A session with it is kept.',
    ...RETRY,
  },
  SERVER_NOT_MCP: {
    title: 'There is no MCP server at this address.',
    meaning: 'Something answers, but not as an MCP server does. The address often ends in /mcp or /sse.',
    ...ADDRESS,
  },
  SERVER_RESPONSE_TOO_LARGE: {
    title: 'The server’s answer is too large.',
    meaning: 'The call may have run; its answer cannot be shown. The session is kept.',
    ...DETAILS,
  },
  SERVER_TIMEOUT: {
    title: 'The server did not answer in time.',
    meaning: 'It may be busy. A session with it is kept.',
    ...RETRY,
  },
  SIGN_IN_WINDOW_CLOSED: {
    title: 'The sign-in window closed before it was done.',
    meaning: 'Nothing was changed. Begin again whenever you like.',
    ...SIGN_IN,
  },
} as const;
