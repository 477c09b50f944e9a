// SPDX-License-Identifier: Apache-2.0
// Ports on the loopback interface and waiting for things to become true.
import { randomInt } from 'node:crypto';
import net from 'node:net';

/** Listen and return the port. Port 0 lets the kernel choose. */
export function listen(server, { host = '127.0.0.1', port = 0 } = {}) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.removeListener('error', reject);
      resolve(server.address().port);
    });
  });
}

/**
 * A port for a server that wants its number in advance. It is taken from below the kernel's range for outgoing
 * connections, so that a load test's own connections never sit on it in the meantime.
 */
export async function freePort(host = '127.0.0.1') {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const server = net.createServer();
    try {
      const port = await listen(server, { host, port: randomInt(20000, 32000) });
      await new Promise((resolve) => {
        server.close(resolve);
      });
      return port;
    } catch (error) {
      if (error.code !== 'EADDRINUSE') throw error;
    }
  }
  throw new Error('no free port was found');
}

export function sleep(milliseconds) {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

/** Ask again and again until the answer is truthy, and return it. */
export async function until(ask, { timeout = 10000, every = 20, what = 'it' } = {}) {
  const deadline = Date.now() + timeout;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`waited ${timeout} ms in vain: ${what}`);
    await sleep(every);
  }
}

/** Does anybody accept connections there? */
export function accepts(port, host = '127.0.0.1') {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
