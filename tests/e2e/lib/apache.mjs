// SPDX-License-Identifier: Apache-2.0
// Starts Apache httpd for one test, in a directory of its own, on a port of its own, as a child of this process, and
// ends it. $GA2_HTTPD is the program (/usr/sbin/apache2), $GA2_MODULE the module under test. When that was built with
// sanitizers, $GA2_PRELOAD is their library (libasan.so of gcc -print-file-name). $ASAN_OPTIONS and $UBSAN_OPTIONS
// count as everywhere.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { configuration, defaultFiles } from './apache-conf.mjs';
import { disownProcess, ownDirectory, ownProcess, removeDirectory, signal } from './cleanup.mjs';
import { makeServerDirectory, writeFile } from './files.mjs';
import { accepts, freePort, sleep, until } from './ports.mjs';
import { childrenOf, hasSocket, isAlive } from './processes.mjs';
import { findTrouble } from './trouble.mjs';

const httpd = () => process.env.GA2_HTTPD ?? '/usr/sbin/apache2';
export const mpms = ['prefork', 'worker', 'event'];

/** httpd itself loses memory when it ends; what requests lose is found by valgrind. */
const sanitizerDefaults = { ASAN_OPTIONS: 'detect_leaks=0', UBSAN_OPTIONS: 'print_stacktrace=1' };

/** The environment of the program alone: what starts it is not looked at. */
function sanitizers() {
  const { GA2_PRELOAD, ...env } = process.env;
  if (!GA2_PRELOAD) return {};
  const options = Object.entries(sanitizerDefaults).map(([name, value]) => [name, env[name] ?? value]);
  return { LD_PRELOAD: GA2_PRELOAD, ...Object.fromEntries(options) };
}

/** Through setpriv the server ends with this process even when that is killed outright. */
function command({ env, wrapper = [] }, args) {
  const settings = Object.entries({ ...sanitizers(), ...env }).map(([name, value]) => `${name}=${value}`);
  const base = [
    'env',
    '-i',
    'PATH=/usr/sbin:/usr/bin:/sbin:/bin',
    'LANG=C.UTF-8',
    ...settings,
    ...wrapper,
    httpd(),
    ...args,
  ];
  return fs.existsSync('/usr/bin/setpriv') ? ['setpriv', '--pdeathsig', 'TERM', ...base] : base;
}

class Apache {
  constructor(settings, directory, port) {
    this.settings = { ...settings, directory, port };
    this.directory = directory;
    this.port = port;
    this.url = `http://${settings.serverName}:${port}`;
    this.output = '';
    this.expected = []; // patterns of trouble that the test itself causes
    this.orphans = new Set();
  }

  path(name) {
    return path.join(this.directory, name);
  }

  /** Write a file into the server's directory: htdocs/…, cgi-bin/…, or anything a directive names. */
  write(name, entry) {
    return writeFile(this.directory, name, entry);
  }

  /** Replace the test's part of the configuration; it counts from the next restart or graceful() on. */
  configure(config) {
    this.settings.config = typeof config === 'function' ? config(this) : config;
    const { asRoot = process.getuid() === 0 } = this.settings;
    fs.writeFileSync(this.path('httpd.conf'), configuration({ ...this.settings, asRoot }));
  }

  /** What `httpd -t` says about the configuration as it is on disk: { ok, output }. */
  checkConfig(...args) {
    const [program, ...rest] = command({ env: this.settings.env }, [
      '-f',
      this.path('httpd.conf'),
      ...(args.length ? args : ['-t']),
    ]);
    const { status, stdout, stderr } = spawnSync(program, rest, { encoding: 'utf8', cwd: this.directory });
    return { ok: status === 0, output: `${stdout}${stderr}` };
  }

  /** The same without holding up this process. */
  async configTest() {
    const [program, ...args] = command({ env: this.settings.env }, ['-f', this.path('httpd.conf'), '-t']);
    const child = spawn(program, args, { cwd: this.directory, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
      });
    }
    const code = await new Promise((resolve) => {
      child.once('close', resolve);
    });
    return { ok: code === 0, output };
  }

  async launch() {
    const [program, ...args] = command(this.settings, [
      '-f',
      this.path('httpd.conf'),
      '-DFOREGROUND',
      ...this.settings.args,
    ]);
    // httpd signals its whole process group when it stops or restarts, so it needs one of its own.
    this.process = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], cwd: this.directory, detached: true });
    this.pid = this.process.pid;
    ownProcess(-this.pid);
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.on('data', (chunk) => {
        this.output += chunk;
      });
    }
    this.exited = new Promise((resolve) => {
      this.process.once('exit', (code, name) => {
        this.exit = { code, signal: name };
        resolve(this.exit);
      });
    });
    const host = this.settings.host === '0.0.0.0' ? '127.0.0.1' : this.settings.host;
    const isUp = async () => this.exit || ((await accepts(this.port, host)) && fs.existsSync(this.path('httpd.pid')));
    await until(isUp, { timeout: this.settings.launchTimeout, what: 'httpd answers' });
    if (!this.exit) return this;
    await sleep(20);
    throw Object.assign(new Error(`httpd did not start:\n${this.output}${this.errorLog()}`), {
      output: this.output + this.errorLog(),
    });
  }

  errorLog() {
    return this.readLog('error.log');
  }
  accessLog() {
    return this.readLog('access.log');
  }
  readLog(name) {
    return fs.existsSync(this.path(name)) ? fs.readFileSync(this.path(name), 'utf8') : '';
  }

  /** Wait for a line in the error log. */
  waitForLog(pattern, options) {
    return until(() => this.errorLog().match(pattern), { what: `${pattern} in the error log`, ...options });
  }

  /** Process ids of the children that serve requests: not of mod_cgid's daemon, which has a socket of its own. */
  children() {
    return childrenOf(this.pid).filter(
      (pid) => this.settings.mpm === 'prefork' || !hasSocket(pid, this.path('cgid.sock')),
    );
  }

  /** Send the parent a signal and leave it at that. */
  signal(name) {
    return signal(this.pid, name);
  }

  /** Tell the parent; resolves when a new generation of children has taken over and answers. */
  async generation(name) {
    const before = this.children();
    signal(this.pid, name);
    const host = this.settings.host === '0.0.0.0' ? '127.0.0.1' : this.settings.host;
    await until(
      async () =>
        this.exit || (this.children().some((pid) => !before.includes(pid)) && (await accepts(this.port, host))),
      { timeout: 20000, what: 'a new generation of children' },
    );
    if (this.exit) throw new Error(`httpd ended:\n${this.output}${this.errorLog()}`);
  }

  graceful() {
    return this.generation('SIGUSR1');
  }
  restart() {
    return this.generation('SIGHUP');
  }

  /** SIGKILL to 'child' (one of them), 'children' (all), 'parent' (its children are left), 'all', or a pid. */
  async kill9(which = 'child') {
    this.expected.push(/exit signal Killed \(9\)/);
    const children = this.children();
    const everything = childrenOf(this.pid);
    const victims = { child: children.slice(0, 1), children, parent: [this.pid], all: [this.pid, ...everything] }[
      which
    ] ?? [which];
    if (victims.includes(this.pid)) {
      for (const pid of everything) this.orphans.add(pid);
    }
    for (const pid of victims) signal(pid, 'SIGKILL');
    if (victims.includes(this.pid)) await this.exited;
    return victims;
  }

  /** After a killed parent: start again with the same directory and port. */
  async startAgain() {
    await this.endGroup();
    fs.rmSync(this.path('httpd.pid'), { force: true });
    this.exit = undefined;
    return this.launch();
  }

  /** End what the parent left behind: its killed self leaves children, and a hasty stop leaves the CGI daemon. */
  async endGroup() {
    signal(-this.pid, 'SIGKILL');
    for (const pid of this.orphans) await until(() => !isAlive(pid), { timeout: 5000, what: `process ${pid} ends` });
    this.orphans.clear();
    disownProcess(-this.pid);
  }

  /** Lines of the logs that no healthy server writes. */
  trouble() {
    return findTrouble(this.output + this.errorLog(), this.expected);
  }

  /**
   * End the server. graceful: false ends it at once. Throws when the log has a sanitizer's report or a crash, unless
   * kill9() or expectTrouble() announced it. The directory is removed, or kept with keep (or $GA2_KEEP).
   */
  async stop({ graceful = true, keep = Boolean(process.env.GA2_KEEP) } = {}) {
    if (this.stopped) return;
    this.stopped = true;
    let stuck = this.process && !this.exit;
    for (const name of graceful ? ['SIGWINCH', 'SIGTERM'] : ['SIGTERM']) {
      if (!stuck) break;
      signal(this.pid, name);
      stuck = !(await until(() => this.exit, { timeout: 8000, what: name }).catch(() => false));
    }
    if (this.process) await this.endGroup();
    const trouble = [...this.trouble(), ...(stuck ? ['httpd did not end when it was told to'] : [])];
    if (!keep) removeDirectory(this.directory);
    if (trouble.length)
      throw Object.assign(new Error(`httpd's log has trouble:\n${trouble.join('\n')}`), { trouble });
  }

  expectTrouble(...patterns) {
    this.expected.push(...patterns);
  }
}

/**
 * Prepare a server without starting it, for checkConfig(). All options:
 *   mpm          prefork, worker or event
 *   config       text, or (server) => text with server.url, .port, .directory, .path(name)
 *   goauth2      path of the module; default $GA2_MODULE; false: without it
 *   modules      more module names, as "ssl" for mod_ssl
 *   files        name in the server's directory -> text or { content, mode, owner: 'server' }; there is always a
 *                directory "state" that belongs to the server's user
 *   env, args    environment of the server (ASAN_OPTIONS, LD_PRELOAD, …) and more arguments
 *   wrapper      a program and its arguments that run the server, as ['valgrind', '--tool=callgrind']
 *   launchTimeout  milliseconds until it answers
 *   workers      { processes, threads }
 *   host, serverName, port, logLevel
 */
export async function prepare({
  mpm = 'event',
  config = '',
  goauth2 = process.env.GA2_MODULE,
  modules = [],
  files = {},
  env = {},
  args = [],
  wrapper = [],
  launchTimeout = 20000,
  workers,
  host = '127.0.0.1',
  serverName = '127.0.0.1',
  port,
  logLevel = 'info',
} = {}) {
  const settings = {
    mpm,
    goauth2: goauth2 || undefined,
    modules,
    env,
    args,
    wrapper,
    launchTimeout,
    workers,
    host,
    serverName,
    logLevel,
  };
  const server = new Apache(settings, ownDirectory('ga2-apache-'), port ?? (await freePort()));
  makeServerDirectory(server.directory, 'state');
  for (const [name, entry] of Object.entries({ ...defaultFiles(), ...files })) server.write(name, entry);
  server.configure(config);
  return server;
}

/** Start a server and wait until it answers; rejects with .output when it does not. */
export async function start(options = {}) {
  const server = await prepare(options);
  try {
    return await server.launch();
  } catch (error) {
    if (server.process) await server.stop({ graceful: false }).catch(() => {});
    if (/could not bind|Address already in use/.test(error.output ?? '') && !options.port) return start(options);
    throw error;
  }
}
