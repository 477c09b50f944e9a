// SPDX-License-Identifier: Apache-2.0
// Reading HTTP/1.1 messages from a socket, byte for byte: shared by the client and the backend.

/** Bytes of a socket as they come, with waiting. */
export class Reader {
  constructor(socket) {
    this.socket = socket;
    this.chunks = [];
    this.buffered = 0;
    this.total = 0;
    this.closed = false;
    socket.on('data', (chunk) => {
      this.total += chunk.length;
      this.buffered += chunk.length;
      this.chunks.push(chunk);
      this.notify();
    });
    socket.on('error', (error) => {
      this.error = error;
      this.closed = true;
      this.notify();
    });
    socket.on('end', () => {
      this.closed = true;
      this.notify();
    });
    socket.on('close', () => {
      this.closed = true;
      this.notify();
    });
  }

  /** All that is here and not taken yet, in one piece. */
  get data() {
    if (this.chunks.length !== 1) this.chunks = [Buffer.concat(this.chunks)];
    return this.chunks[0];
  }

  notify() {
    this.wake?.();
    this.wake = undefined;
  }

  /** Wait for more bytes; an error when none will come. */
  async more(what) {
    const before = this.total;
    while (this.total === before) {
      if (this.closed) {
        const error = this.error ?? new Error(`the connection was closed ${what}`);
        error.received = this.total;
        throw error;
      }
      await new Promise((resolve) => {
        this.wake = resolve;
      });
    }
  }

  async take(length) {
    while (this.buffered < length) await this.more('inside a body');
    const { data } = this;
    this.chunks = [data.subarray(length)];
    this.buffered = this.chunks[0].length;
    return data.subarray(0, length);
  }

  /** Everything up to and including `mark`. */
  async through(mark, what) {
    for (;;) {
      const at = this.data.indexOf(mark);
      if (at >= 0) return this.take(at + mark.length);
      await this.more(what);
    }
  }

  async rest() {
    for (;;) {
      if (this.closed && !this.error) return this.take(this.buffered);
      await this.more('inside a body').catch((error) => {
        if (this.error) throw error;
      });
    }
  }
}

/** The first line, and the fields as [name, value] in order, with the spelling they came in. */
export function parseHead(bytes) {
  const [start, ...lines] = bytes
    .toString('latin1')
    .replace(/\r?\n\r?\n$/, '')
    .split(/\r?\n/);
  const headers = [];
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (/^[ \t]/.test(line) && headers.length) headers.at(-1)[1] += ` ${line.trim()}`;
    else headers.push(colon < 0 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1).trim()]);
  }
  return { start, headers };
}

export function all(headers, name) {
  const wanted = name.toLowerCase();
  return headers.filter(([key]) => key.toLowerCase() === wanted).map(([, value]) => value);
}

export function first(headers, name) {
  return all(headers, name)[0];
}

async function readChunked(reader) {
  const parts = [];
  for (;;) {
    const size = parseInt((await reader.through('\r\n', 'inside a body')).toString('latin1'), 16);
    if (Number.isNaN(size)) throw new Error('a chunk has no size');
    if (size === 0) break;
    parts.push(await reader.take(size));
    await reader.take(2);
  }
  const trailers = [];
  for (;;) {
    const line = (await reader.through('\r\n', 'inside the trailers')).toString('latin1').trim();
    if (!line) return { body: Buffer.concat(parts), trailers };
    trailers.push([line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]);
  }
}

/** A body by the rules of RFC 9112 6.3; `untilClose` says what the end of the connection means. */
export async function readBody(reader, headers, { untilClose }) {
  if (/chunked/i.test(first(headers, 'transfer-encoding') ?? '')) return readChunked(reader);
  const length = first(headers, 'content-length');
  if (length !== undefined) return { body: await reader.take(Number(length)), trailers: [] };
  return { body: untilClose ? await reader.rest() : Buffer.alloc(0), trailers: [], untilClose };
}
