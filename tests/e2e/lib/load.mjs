// SPDX-License-Identifier: Apache-2.0
// Constant load: so many kept connections, each asking again as soon as it has its answer, while servers are restarted
// or killed. A kept connection that the server closed between two requests is opened again, as every client does; that
// is counted as `reopened` and is no failure.
import { Connection } from './http.mjs';
import { sleep } from './ports.mjs';

function percentile(sorted, part) {
  return sorted.length ? sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] : 0;
}

class Load {
  constructor(options) {
    this.options = { connections: 8, headers: [], cookies: [], pause: 0, timeout: 10000, ...options };
    this.options.expect ??= ({ status }) => status === 200;
    this.running = true;
    this.stats = {
      started: Date.now(),
      sent: 0,
      ok: 0,
      statuses: {},
      wrong: [],
      failures: [],
      reopened: 0,
      milliseconds: [],
    };
    this.workers = Array.from({ length: this.options.connections }, (_, index) => this.worker(index));
  }

  /** What one connection asks for next. */
  requestFor(index, count) {
    const { url, next, headers, cookies } = this.options;
    if (next) return { headers, ...next(index, count) };
    if (!cookies.length) return { url, headers };
    return { url, headers: [...headers, ['Cookie', cookies[index % cookies.length]]] };
  }

  /** Ask once; a kept connection that is closed before the first byte of an answer is opened anew, once. */
  async ask(connection, options) {
    const seen = connection.reader.total;
    try {
      return [connection, await connection.request(options)];
    } catch (error) {
      connection.close();
      if (connection.used < 2 || connection.reader.total !== seen || error.code === 'TIMEOUT') throw error;
      this.stats.reopened += 1;
      const fresh = new Connection(options.url, { timeout: this.options.timeout });
      return [fresh, await fresh.request(options)];
    }
  }

  async worker(index) {
    const { stats } = this;
    const { expect, timeout, pause } = this.options;
    let connection;
    for (let count = 0; this.running; count += 1) {
      const options = this.requestFor(index, count);
      const began = Date.now();
      stats.sent += 1;
      try {
        if (!connection?.open) connection = new Connection(options.url, { timeout });
        let response;
        [connection, response] = await this.ask(connection, options);
        stats.statuses[response.status] = (stats.statuses[response.status] ?? 0) + 1;
        if (expect(response, options)) stats.ok += 1;
        else stats.wrong.push({ at: began, status: response.status, index });
      } catch (error) {
        stats.failures.push({ at: began, error: error.code ?? error.message, index });
        connection?.close();
        connection = undefined;
        await sleep(10);
      }
      stats.milliseconds.push(Date.now() - began);
      if (pause) await sleep(pause);
    }
    connection?.close();
  }

  /** Stop, wait for what is in flight, and return stats with seconds, rate, median, p99 and slowest. */
  async stop() {
    this.running = false;
    await Promise.all(this.workers);
    const { stats } = this;
    const sorted = [...stats.milliseconds].sort((a, b) => a - b);
    const seconds = (Date.now() - stats.started) / 1000;
    const [median, p99] = [percentile(sorted, 0.5), percentile(sorted, 0.99)];
    return { ...stats, seconds, rate: stats.sent / seconds, median, p99, slowest: sorted.at(-1) ?? 0 };
  }
}

/**
 * Start the load; it runs until stop(). `stats` can be read meanwhile.
 *   url or next     what to ask for; next(index, count) returns { url, headers, ... } as request() takes them
 *   connections     how many at once (8)
 *   headers         for all, for example [['Cookie', ...]]; or give cookies: one Cookie value per connection in turn
 *   expect          (response, request) => true when the answer is right; default: status 200
 *   pause           milliseconds between two requests of one connection
 *   timeout         milliseconds an answer may take
 * stats: { sent, ok, statuses: { 200: n }, wrong: [{ at, status, index }], failures: [{ at, error, index }],
 * reopened, milliseconds: [of each] }
 */
export function start(options) {
  return new Load(options);
}

/** Load for so many seconds. */
export async function run({ seconds, ...options }) {
  const load = start(options);
  await sleep(seconds * 1000);
  return load.stop();
}
