// SPDX-License-Identifier: Apache-2.0
// On what a measurement was made.
import { spawnSync } from 'node:child_process';
import os from 'node:os';
import { hasPeer } from './sites.mjs';

const said = (program, ...args) => spawnSync(program, args, { encoding: 'utf8' }).stdout?.trim() ?? '';
const version = (name) => said('dpkg-query', '-W', '-f', '${Version}', name) || undefined;

export function environment() {
  const cpus = os.cpus();
  return {
    date: new Date().toISOString(),
    httpd: /Apache\/(\S+)/.exec(said(process.env.GA2_HTTPD ?? '/usr/sbin/apache2', '-v'))?.[1],
    openssl: said('openssl', 'version').split(' ')[1],
    lmdb: version('liblmdb0'),
    peer: hasPeer() ? `libapache2-mod-auth-openidc ${version('libapache2-mod-auth-openidc')}` : undefined,
    module: process.env.GA2_MODULE,
    kernel: `${os.type()} ${os.release()}`,
    cpu: `${cpus.length} × ${cpus[0]?.model.trim()}`,
    load: os.loadavg()[0],
    valgrind: said('valgrind', '--version').replace('valgrind-', ''),
    node: process.version,
  };
}
