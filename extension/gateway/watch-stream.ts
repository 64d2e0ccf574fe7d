/** Owns noticing that the stream of an answer has ended, without a part in what it says. */

/**
 * Tells when the stream that should carry an answer has ended.
 *
 * The client waits for its timeout then (10 minutes); a backend that was killed in the middle of a call must not look like a slow server.
 */
export function watchStream(response: Response, onEnd: (() => void) | undefined): Response {
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
  if (!onEnd || !isStream || !response.body) return response;
  const reader = response.body.getReader();
  const watched = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        controller.close();
      } catch (error) {
        controller.error(error);
      }
      onEnd();
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return new Response(watched, { status: response.status, statusText: response.statusText, headers: response.headers });
}
