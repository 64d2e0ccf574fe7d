/** Owns knowing when an answer has ended: at once where it is whole, with its last byte or its reader's leaving where it is a stream. */

/** Returns the answer as it is, and calls `onEnd` once. */
export function withEnd(response: Response, onEnd: () => void): Response {
  const { body, status, headers } = response;
  if (body === null || !headers.get('content-type')?.startsWith('text/event-stream')) {
    onEnd();
    return response;
  }
  const reader = body.getReader();
  let hasEnded = false;
  const end = (): void => {
    if (!hasEnded) onEnd();
    hasEnded = true;
  };
  const observed = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (!done) return controller.enqueue(value);
          end();
          controller.close();
        } catch (error) {
          end();
          throw error;
        }
      },
      async cancel(reason) {
        end();
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(observed, { status, headers });
}
