/** What the tests use of oidc-provider, which comes without types. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  type Interaction = {
    prompt: { name: string; details: Record<string, unknown> };
    params: Record<string, unknown>;
    grantId?: string;
    session?: { accountId: string };
  };
  type Grant = { addOIDCScope(scope: string): void; addResourceScope(resource: string, scope: string): void; save(): Promise<string> };
  export default class Provider {
    constructor(issuer: string, configuration: Record<string, unknown>);
    callback(): (request: IncomingMessage, response: ServerResponse) => void;
    on(event: 'authorization.success', listener: (context: unknown, answer?: { code?: string; state?: string }) => void): this;
    on(event: 'grant.success', listener: (context: { body: { access_token?: string; refresh_token?: string } }) => void): this;
    on(event: 'registration_create.success', listener: (context: unknown, client: { clientSecret?: string }) => void): this;
    on(event: 'server_error', listener: (...values: unknown[]) => void): this;
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<Interaction>;
    interactionFinished(request: IncomingMessage, response: ServerResponse, result: unknown, options?: unknown): Promise<void>;
    Grant: new (options: {
      accountId: string;
      clientId: string;
    }) => Grant;
    AccessToken: {
      find(value: string): Promise<{ isValid: boolean; scope?: string; aud?: string | string[]; clientId: string } | undefined>;
    };
  }
  export const errors: { InvalidTarget: new (description?: string) => Error };
}
