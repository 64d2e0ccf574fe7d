/**
 * Owns the order of checks that every request passes, and the one place where a failure becomes an answer.
 * The order is the trust policy: host, origin, how much was asked already, then the route, which reads the token before the body.
 */
import { Hono } from 'hono';
import { AppError } from '../../shared/errors.ts';
import { checkHost, checkOrigin, corsHeaders, preflightHeaders } from './http/origin.ts';
import { problemResponse, rpcProblemResponse, toAppError } from './http/problem.ts';
import { withEnd } from './http/stream-end.ts';
import { describeCause, type RequestLog } from './log.ts';
import { CALL_ROUTES } from './routes/calls.ts';
import type { Env, Parts, Route, RouteContext } from './routes/context.ts';
import { DEVICE_ROUTES } from './routes/devices.ts';
import { healthRoute } from './routes/health.ts';
import { MCP_ROUTE } from './routes/mcp.ts';
import { QUESTION_ROUTES } from './routes/questions.ts';
import { SESSION_ROUTES } from './routes/sessions.ts';
import { SIGN_IN_ROUTES } from './routes/sign-in.ts';

export function createApp(parts: Parts): Hono<Env> {
  const app = new Hono<Env>().basePath('/api');
  app.use(async (c, next) => {
    const startedAt = performance.now();
    const log: Partial<RequestLog> = {};
    c.set('log', log);
    const requestId = crypto.randomUUID();
    await next();
    finish(c, requestId);
    const durationMs = Math.round((performance.now() - startedAt) * 10) / 10;
    parts.log.request({ requestId, method: c.req.method, path: c.req.path.slice(0, 200), status: c.res.status, durationMs, ...log });
  });
  app.use(async (c, next) => {
    checkHost(c.req.header('host'), parts.settings);
    checkOrigin(c.req.header('origin'), parts.settings.extensionIds);
    if (c.req.method === 'OPTIONS') return c.body(null, 204, preflightHeaders(c.req.header('access-control-request-headers')));
    return next();
  });
  app.use(async (c, next) => {
    const admitted = parts.gate.admit({ address: c.env.clientAddress, authorization: c.req.header('authorization') });
    await next();
    if (!admitted) return;
    admitted.answered(judgeToken(c));
    const answer = withEnd(c.res, admitted.ended);
    // Setting it would copy it.
    if (answer !== c.res) c.res = answer;
  });
  for (const route of [
    healthRoute(),
    ...DEVICE_ROUTES,
    ...SESSION_ROUTES,
    ...SIGN_IN_ROUTES,
    ...CALL_ROUTES,
    ...QUESTION_ROUTES,
    MCP_ROUTE,
  ])
    addRoute(app, route, parts);
  app.notFound((c) => failWith(c, new AppError('ROUTE_NOT_FOUND', 'There is nothing at this path. The API is described in the README.')));
  app.onError((error, c) => failWith(c as RouteContext, error));
  return app;
}

/** What is answered without looking at a token. */
const OPEN_PATHS = new Set(['GET /api/health', 'POST /api/devices', 'GET /api/oauth/client-metadata.json']);

function judgeToken(c: RouteContext): 'known' | 'unknown' | 'not-asked' {
  if (c.get('log').code === 'UNAUTHORIZED') return 'unknown';
  // The routes of GET answer HEAD, too.
  const method = c.req.method === 'HEAD' ? 'GET' : c.req.method;
  return c.res.ok && !OPEN_PATHS.has(`${method} ${c.req.path}`) ? 'known' : 'not-asked';
}

function addRoute(app: Hono<Env>, { path, methods }: Route, parts: Parts): void {
  for (const [method, handler] of Object.entries(methods)) app.on(method, path, (c) => handler(c, parts));
  const allow = Object.keys(methods).join(', ');
  app.all(path, (c) => {
    const response = failWith(c, new AppError('METHOD_NOT_ALLOWED', `This path takes ${allow}.`));
    response.headers.set('allow', allow);
    return response;
  });
}

function failWith(c: RouteContext, error: unknown): Response {
  const appError = toAppError(error);
  const log = c.get('log');
  log.code = appError.code;
  if (appError.cause !== undefined) log.cause = describeCause(appError.cause);
  return c.req.path.startsWith('/api/mcp/') ? rpcProblemResponse(appError, null) : problemResponse(appError);
}

function finish(c: RouteContext, requestId: string): void {
  const origin = c.req.header('origin');
  const { headers } = c.res;
  headers.set('x-request-id', requestId);
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
  headers.set('x-content-type-options', 'nosniff');
  // A refused origin gets no permission to read why.
  if (origin === undefined || c.get('log').code === 'ORIGIN_FORBIDDEN') return;
  for (const [name, value] of Object.entries(corsHeaders(origin))) headers.set(name, value);
}
