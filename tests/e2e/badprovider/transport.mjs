// SPDX-License-Identifier: Apache-2.0
// How an answer of the bad provider leaves: right, late, cut, huge, or as any bytes at all. Knobs, below
// "<endpoint>.http.":
//   status, ctype, body           other status, content type, body
//   headers                       { name: value or [values] }; null leaves one out
//   html                          an HTML page with status 200
//   redirect                      URL, or { status, url }
//   delay                         milliseconds before anything is sent
//   hang                          take the request and never answer
//   reset                         reset the connection instead of answering
//   lose                          do the work, then close without an answer
//   raw                           exactly these bytes, then close
//   slow                          { bytes, every }: so many bytes of the whole answer at a time (1, 200 ms)
//   cut                           announce the whole length, close after so many bytes of the body
//   cutChunked                    chunked, closed before the last chunk
//   unframed                      no length: the end of the connection ends the body; true, or bytes to stop after
//   padding                       append so many spaces, with Content-Length; unframed padding never announces it
//   endless                       after the body, spaces for ever (until the client closes)
//   gzip                          true: compress; n: compress n MiB of spaces behind the body
//   headerFlood                   so many bytes of extra headers
//   interim                       so many 103 answers first
//   http09                        the body without a head
import { gzipSync } from 'node:zlib';
import { sleep } from '../lib/ports.mjs';

const page = '<!doctype html><title>Login</title><h1>Please sign in</h1><p>This is no JSON.</p>';

function applyHeaders(headers, changes = {}) {
  const result = { ...headers };
  for (const [name, value] of Object.entries(changes)) {
    for (const old of Object.keys(result)) if (old.toLowerCase() === name.toLowerCase()) delete result[old];
    if (value !== null) result[name] = value;
  }
  return result;
}

/** Status, headers and body after the knobs that change them. */
function content(answer, knob) {
  let { status = 200, headers = {}, body = '' } = answer;
  if (knob.html) {
    body = page;
    headers = applyHeaders(headers, { 'Content-Type': 'text/html' });
  }
  if (knob.redirect) {
    const { status: code = 302, url = knob.redirect } = knob.redirect;
    status = code;
    headers = applyHeaders(headers, { Location: url });
  }
  if (knob.ctype !== undefined) headers = applyHeaders(headers, { 'Content-Type': knob.ctype });
  if (knob.status !== undefined) status = knob.status;
  if (knob.body !== undefined) body = knob.body;
  let bytes = Buffer.from(body);
  if (knob.padding) bytes = Buffer.concat([bytes, Buffer.alloc(knob.padding, ' ')]);
  if (knob.gzip) {
    bytes = gzipSync(Buffer.concat([bytes, Buffer.alloc(Number(knob.gzip === true ? 0 : knob.gzip) * 2 ** 20, ' ')]));
    headers = applyHeaders(headers, { 'Content-Encoding': 'gzip' });
  }
  return { status, headers: applyHeaders(headers, knob.headers), body: bytes };
}

function headOf(status, headers, knob) {
  const lines = Object.entries(headers).flatMap(([name, value]) => [value].flat().map((item) => `${name}: ${item}`));
  for (let sent = 0; sent < (knob.headerFlood ?? 0); sent += 1000) lines.push(`X-Flood-${sent}: ${'x'.repeat(980)}`);
  const interim = 'HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n'.repeat(knob.interim ?? 0);
  return Buffer.from(
    `${interim}HTTP/1.1 ${status} Answer\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`,
    'latin1',
  );
}

function write(socket, bytes) {
  return new Promise((resolve) => {
    if (socket.destroyed || !socket.writable) resolve(false);
    else socket.write(bytes, (error) => resolve(!error));
  });
}

async function trickle(socket, bytes, { bytes: step = 1, every = 200 }) {
  for (let at = 0; at < bytes.length; at += step) {
    if (!(await write(socket, bytes.subarray(at, at + step)))) return;
    await sleep(every);
  }
}

/** The body and how it is framed: [headers to add, bytes, what happens then]. */
function framing(body, knob) {
  if (knob.unframed || knob.endless || knob.http09) {
    return [{ Connection: 'close' }, knob.unframed > 1 ? body.subarray(0, knob.unframed) : body, 'close'];
  }
  if (knob.cutChunked) {
    const chunk = Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n')]);
    return [{ 'Transfer-Encoding': 'chunked' }, chunk, 'close'];
  }
  if (knob.cut !== undefined) return [{ 'Content-Length': body.length }, body.subarray(0, knob.cut), 'close'];
  return [{ 'Content-Length': body.length }, body, 'keep'];
}

async function writeByHand(socket, { status, headers, body }, knob) {
  const [extra, bytes, end] = framing(body, knob);
  const head = knob.http09 ? Buffer.alloc(0) : headOf(status, { ...headers, Connection: 'close', ...extra }, knob);
  const all = Buffer.concat([head, bytes]);
  if (knob.slow) await trickle(socket, all, knob.slow === true ? {} : knob.slow);
  else await write(socket, all);
  while (knob.endless && (await write(socket, Buffer.alloc(65536, ' ')))) await sleep(0);
  if (end === 'close' || !socket.destroyed) socket.end();
}

const byHand = ['slow', 'cut', 'cutChunked', 'unframed', 'endless', 'headerFlood', 'interim', 'http09'];

/** Send it. `knob` is view.below(`${endpoint}.http`). */
export async function send(req, res, answer, knob) {
  const { socket } = req;
  if (knob.delay) await sleep(knob.delay);
  if (knob.hang) return undefined;
  if (knob.reset) return socket.resetAndDestroy();
  if (knob.lose) return socket.destroy();
  if (knob.raw !== undefined) return socket.end(knob.raw);
  const { status, headers, body } = content(answer, knob);
  if (byHand.some((name) => knob[name])) return writeByHand(socket, { status, headers, body }, knob);
  res.writeHead(status, headers);
  return res.end(req.method === 'HEAD' ? undefined : body);
}
