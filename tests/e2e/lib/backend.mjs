// SPDX-License-Identifier: Apache-2.0
// The application behind the gate. It records every request head byte for byte and answers with a page, or JSON for
// those who ask for it, that shows what arrived. It also echoes WebSockets, streams events, and says what it is told.
import { createHash } from 'node:crypto';
import net from 'node:net';
import { page } from './backend-page.mjs';
import { listen, sleep } from './ports.mjs';
import { Reader, all, first, parseHead, readBody } from './wire.mjs';

/** One request as it came. */
class Received {
  constructor(fields) {
    Object.assign(this, fields, parseHead(fields.head));
  }

  get method() {
    return this.start.split(' ')[0];
  }
  get target() {
    return this.start.split(' ')[1];
  }
  get path() {
    return new URL(this.target, 'http://backend.invalid').pathname;
  }
  get query() {
    return new URL(this.target, 'http://backend.invalid').searchParams;
  }
  /** Header values: the first, or all of them. */
  header(name) {
    return first(this.headers, name);
  }
  all(name) {
    return all(this.headers, name);
  }
  get isUpgrade() {
    return /websocket/i.test(this.header('upgrade') ?? '');
  }
  get text() {
    return this.body.toString('utf8');
  }
}

function write(
  socket,
  { status = 200, reason = 'OK', headers = {}, body = '' },
  { head = false, close = false } = {},
) {
  const bytes = Buffer.from(body);
  const pairs = Array.isArray(headers) ? headers : Object.entries(headers);
  const lines = [...pairs, ['Content-Length', bytes.length], ['Connection', close ? 'close' : 'keep-alive']];
  socket.write(
    `HTTP/1.1 ${status} ${reason}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
    'latin1',
  );
  if (!head) socket.write(bytes);
}

/** What arrived, for programs: { method, target, headers: [[name, value]], body }. */
function asJson(request) {
  const { method, target, headers, text } = request;
  return {
    status: 200,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ method, target, headers, body: text }),
  };
}

function asPage(request) {
  return { status: 200, headers: { 'Content-Type': 'text/html; charset=utf-8' }, body: page(request) };
}

/** Events, one every few milliseconds: GET /events?n=5&ms=100 */
async function stream(socket, request) {
  socket.write(
    'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\nConnection: close\r\n\r\n',
  );
  const count = Number(request.query.get('n') ?? 3);
  for (let i = 1; i <= count && !socket.destroyed; i += 1) {
    socket.write(`data: event ${i}\n\n`);
    await sleep(Number(request.query.get('ms') ?? 50));
  }
}

/** RFC 6455, as much as an echo needs: single frames below 64 KiB, close and ping. */
async function webSocket(socket, reader, request) {
  const accept = createHash('sha1').update(
    `${request.header('sec-websocket-key')}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`,
  );
  socket.write(
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      `Sec-WebSocket-Accept: ${accept.digest('base64')}\r\n\r\n`,
  );
  for (;;) {
    const [first8, second8] = await reader.take(2);
    let length = second8 & 0x7f;
    if (length === 126) length = (await reader.take(2)).readUInt16BE();
    const mask = second8 & 0x80 ? Buffer.from(await reader.take(4)) : undefined;
    const payload = Buffer.from(await reader.take(length));
    if (mask)
      payload.forEach((byte, i) => {
        payload[i] = byte ^ mask[i % 4];
      });
    const opcode = first8 & 0x0f;
    const size = payload.length < 126 ? [payload.length] : [126, payload.length >> 8, payload.length & 0xff];
    socket.write(Buffer.concat([Buffer.from([0x80 | (opcode === 9 ? 10 : opcode), ...size]), payload]));
    if (opcode === 8) return;
  }
}

class Backend {
  constructor(answer) {
    this.requests = [];
    this.rules = [];
    this.connections = 0;
    this.answer = answer;
    this.firstAnswer = answer;
    this.sockets = new Set();
    this.server = net.createServer((socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
      socket.setNoDelay(true);
      this.connections += 1;
      this.serve(socket, new Reader(socket), this.connections).catch(() => socket.destroy());
    });
  }

  /** Answer the next `times` requests that match like this; match is a path or a function. */
  on(match, reply, times = Infinity) {
    const matches = typeof match === 'string' ? (request) => request.path === match : match;
    this.rules.push({ matches, reply, left: times });
  }

  clear() {
    this.requests.length = 0;
    this.rules.length = 0;
    this.answer = this.firstAnswer;
  }

  get last() {
    return this.requests.at(-1);
  }

  close() {
    for (const socket of this.sockets) socket.destroy();
    return new Promise((resolve) => {
      this.server.close(resolve);
    });
  }

  async decide(request) {
    const rule = this.rules.find((candidate) => candidate.left > 0 && candidate.matches(request));
    if (rule) rule.left -= 1;
    const reply = rule?.reply ?? this.answer;
    return typeof reply === 'function' ? reply(request) : reply;
  }

  async serve(socket, reader, connection) {
    for (let open = true; open; ) {
      const head = await reader.through('\r\n\r\n', 'between requests');
      const request = new Received({ head, connection, at: Date.now(), body: Buffer.alloc(0) });
      this.requests.push(request);
      if (/100-continue/i.test(request.header('expect') ?? '')) socket.write('HTTP/1.1 100 Continue\r\n\r\n');
      if (!request.isUpgrade) {
        Object.assign(request, await readBody(reader, request.headers, { untilClose: false }));
      }
      open = await this.respond(socket, reader, request);
    }
    socket.end();
  }

  /** Returns whether the connection stays open for another request. */
  async respond(socket, reader, request) {
    const reply = await this.decide(request);
    if (reply?.delay) await sleep(reply.delay);
    if (reply?.drop) socket.resetAndDestroy();
    else if (reply?.raw) socket.write(reply.raw);
    else if (!reply && request.isUpgrade) await webSocket(socket, reader, request);
    else if (!reply && request.path.endsWith('/events')) await stream(socket, request);
    else {
      const wantsPage = /text\/html/.test(request.header('accept') ?? '');
      const close = Boolean(reply?.close) || /close/i.test(request.header('connection') ?? '');
      const answer = reply ?? (wantsPage ? asPage(request) : asJson(request));
      write(socket, answer, { head: request.method === 'HEAD', close });
      return !close;
    }
    return false;
  }
}

/**
 * Start it. `answer` decides what a request gets: a function (request) => answer, undefined for the default.
 * An answer is { status, reason, headers, body, close, delay }, or { raw: bytes }, or { drop: true } for a reset.
 */
export async function start({ port = 0, host = '127.0.0.1', answer } = {}) {
  const backend = new Backend(answer);
  backend.port = await listen(backend.server, { host, port });
  backend.url = `http://${host}:${backend.port}`;
  return backend;
}
