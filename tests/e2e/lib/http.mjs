// SPDX-License-Identifier: Apache-2.0
// An HTTP/1.1 client on plain sockets that sends exactly what a test says: any method, any target, any spelling and
// order of headers. It follows no redirect and adds nothing but Host, Content-Length, Connection and the jar's Cookie.
// Whatever name a URL has, the connection goes to the loopback interface.
import net from 'node:net';
import tls from 'node:tls';
import { Reader, all, first, parseHead, readBody } from './wire.mjs';

/** Where to connect for a URL's host: nowhere but to this machine. */
function address(hostname) {
  if (hostname === '[::1]') return '::1';
  return /^127(\.\d+){3}$/.test(hostname) ? hostname : '127.0.0.1';
}

export class Response {
  constructor(fields) {
    Object.assign(this, fields);
  }

  /** Header values: the first, or all of them. `headers` is the raw list. */
  header(name) {
    return first(this.headers, name);
  }
  all(name) {
    return all(this.headers, name);
  }
  get text() {
    return this.body.toString('utf8');
  }
  json() {
    return JSON.parse(this.text);
  }
  /** The Location as an absolute URL. */
  get location() {
    const value = this.header('location');
    return value === undefined ? undefined : new URL(value, this.url).href;
  }
}

/** One connection; requests one after the other. */
export class Connection {
  constructor(url, { timeout = 30000, ...tlsOptions } = {}) {
    const { protocol, hostname, port } = new URL(url);
    const secure = protocol === 'https:';
    const where = { host: address(hostname), port: Number(port || (secure ? 443 : 80)) };
    const servername = net.isIP(hostname) || hostname.startsWith('[') ? undefined : hostname;
    this.socket = secure ? tls.connect({ ...where, servername, ...tlsOptions }) : net.connect(where);
    this.socket.setNoDelay(true);
    this.reader = new Reader(this.socket);
    this.timeout = timeout;
    this.used = 0;
  }

  get open() {
    return !this.reader.closed && !this.socket.destroyed;
  }

  write(bytes) {
    this.socket.write(bytes);
  }

  close() {
    this.socket.destroy();
  }

  /** Give up on the connection, and so on whoever waits for it, when this takes too long. */
  async within(promise, what, timeout = this.timeout) {
    const timer = setTimeout(() => {
      this.socket.destroy(Object.assign(new Error(`${what} took longer than ${timeout} ms`), { code: 'TIMEOUT' }));
    }, timeout);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Read one answer to a request with this method. */
  receive(method = 'GET', { url, timeout } = {}) {
    return this.within(this.readAnswer(method, url), 'the answer', timeout);
  }

  async readAnswer(method, url) {
    const informational = [];
    for (;;) {
      const head = await this.reader.through('\r\n\r\n', 'before an answer');
      const { start, headers } = parseHead(head);
      const [, version, code, reason] = /^HTTP\/(\S+) (\d{3}) ?(.*)$/.exec(start) ?? [];
      if (!code) throw new Error(`not an HTTP answer: ${JSON.stringify(start.slice(0, 80))}`);
      const status = Number(code);
      if (status >= 100 && status < 200 && status !== 101) {
        informational.push({ status, headers });
        continue;
      }
      const bodiless = method === 'HEAD' || status === 101 || status === 204 || status === 304;
      const { body, trailers, untilClose } = bodiless
        ? { body: Buffer.alloc(0), trailers: [] }
        : await readBody(this.reader, headers, { untilClose: true });
      if (status === 101) this.upgraded = true;
      const close = /close/i.test(first(headers, 'connection') ?? '') || version === '1.0';
      if (close || untilClose) this.close();
      return new Response({
        status,
        reason,
        version,
        headers,
        head,
        body,
        trailers,
        informational,
        url,
        connection: this,
      });
    }
  }

  /** Send a request as `request` does, on this connection. */
  async request(options) {
    this.used += 1;
    this.write(serialize(options, 'keep-alive'));
    const response = await this.receive(options.method, { url: options.url, timeout: options.timeout });
    options.jar?.take(options.url, response.all('set-cookie'), options.context);
    return response;
  }
}

function pairs(headers = []) {
  return Array.isArray(headers)
    ? headers
    : Object.entries(headers).flatMap(([name, value]) =>
        [value]
          .flat()
          .filter((item) => item !== undefined)
          .map((item) => [name, item]),
      );
}

function bodyBytes(body) {
  if (body === undefined) return undefined;
  return Buffer.isBuffer(body) ? body : Buffer.from(String(body));
}

/** Text with one character for each byte: a Buffer as it is, text beyond latin1 as its UTF-8. */
function octets(value) {
  if (Buffer.isBuffer(value)) return value.toString('latin1');
  return /[^\x00-\xff]/.test(value) ? Buffer.from(value, 'utf8').toString('latin1') : String(value);
}

/** The bytes of a request. See request() for the options. */
export function serialize(
  { url, method = 'GET', target, headers, body, jar, context, version = '1.1', bare = false },
  connection = 'close',
) {
  const { host, pathname, search } = new URL(url);
  const given = pairs(headers);
  const has = (name) => bare || given.some(([key]) => key.toLowerCase() === name);
  const bytes = bodyBytes(body);
  const cookie = jar && !has('cookie') ? jar.header(url, { method, ...context }) : '';
  const lines = [
    ...(has('host') ? [] : [['Host', host]]),
    ...given,
    ...(cookie ? [['Cookie', cookie]] : []),
    ...(body instanceof URLSearchParams && !has('content-type')
      ? [['Content-Type', 'application/x-www-form-urlencoded']]
      : []),
    ...(bytes && !has('content-length') && !has('transfer-encoding') ? [['Content-Length', bytes.length]] : []),
    ...(has('connection') ? [] : [['Connection', connection]]),
  ];
  const head = [
    `${method} ${target ?? pathname + search} HTTP/${version}`,
    ...lines.map(([name, value]) => `${name}: ${octets(value)}`),
    '',
    '',
  ].join('\r\n');
  return Buffer.concat([Buffer.from(octets(head), 'latin1'), bytes ?? Buffer.alloc(0)]);
}

/**
 * One request on a connection of its own.
 *   url          decides the connection, Host, the default target and which cookies go along
 *   method, target, version   written as they are
 *   headers      [[name, value], ...] or { name: value or [values] }, written in this order and spelling; a value may
 *                be a Buffer
 *   body         text, Buffer or URLSearchParams
 *   jar, context a cookie jar, and { crossSite, topLevel } for its SameSite rules
 *   bare         add no header at all
 *   timeout      milliseconds; ca, cert, rejectUnauthorized, ... go to TLS
 */
export async function request(options) {
  const { url, method, target, headers, body, jar, context, version, bare, ...connectionOptions } = options;
  const connection = new Connection(url, connectionOptions);
  try {
    connection.write(serialize(options));
    const response = await connection.receive(method, { url });
    jar?.take(url, response.all('set-cookie'), context);
    return response;
  } finally {
    if (!connection.upgraded) connection.close();
  }
}

/** Send exactly these bytes and return all that comes back until the other side closes or `timeout` passes. */
export async function raw(url, bytes, { timeout = 3000, ...options } = {}) {
  const connection = new Connection(url, options);
  connection.write(bytes);
  const timer = setTimeout(() => connection.close(), timeout);
  // A reset after an answer is an answer too.
  const received = await connection.reader.rest().catch(() => connection.reader.data);
  clearTimeout(timer);
  connection.close();
  return received;
}

/** Connections that are kept and used again, as many as are needed at once. */
export class Pool {
  constructor(options = {}) {
    this.options = options;
    this.idle = new Map();
    this.opened = 0;
  }

  acquire(url) {
    const { origin } = new URL(url);
    const waiting = this.idle.get(origin) ?? [];
    while (waiting.length) {
      const connection = waiting.pop();
      if (connection.open) return connection;
    }
    this.opened += 1;
    return new Connection(url, this.options);
  }

  /** As request(); a kept connection that turns out closed before the first byte is replaced once. */
  async request(options) {
    const connection = this.acquire(options.url);
    const seen = connection.reader.total;
    try {
      const response = await connection.request(options);
      if (connection.open) this.release(options.url, connection);
      return response;
    } catch (error) {
      connection.close();
      if (connection.used < 2 || connection.reader.total !== seen || error.code === 'TIMEOUT') throw error;
      const fresh = new Connection(options.url, this.options);
      this.opened += 1;
      const response = await fresh.request(options);
      if (fresh.open) this.release(options.url, fresh);
      return response;
    }
  }

  release(url, connection) {
    const { origin } = new URL(url);
    if (!this.idle.has(origin)) this.idle.set(origin, []);
    this.idle.get(origin).push(connection);
  }

  close() {
    for (const connection of [...this.idle.values()].flat()) connection.close();
    this.idle.clear();
  }
}

/** Many at once, all started before the first has ended. */
export function parallel(count, task) {
  return Promise.all(Array.from({ length: count }, (_, index) => task(index)));
}
