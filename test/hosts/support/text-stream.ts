// Pieces of text as the body of a web-standard Response.

export const textStream = (texts: AsyncIterable<string>): ReadableStream<Uint8Array> =>
  ReadableStream.from(encoded(texts));

async function* encoded(texts: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  for await (const text of texts) yield new TextEncoder().encode(text);
}
