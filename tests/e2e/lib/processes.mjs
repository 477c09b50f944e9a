// SPDX-License-Identifier: Apache-2.0
// What /proc tells about processes.
import fs from 'node:fs';

/** Running, not only waiting for its parent to notice that it ended. */
export function isAlive(pid) {
  try {
    return !/^State:\s+[ZX]/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Its children, without those that have ended. */
export function childrenOf(pid) {
  try {
    const tasks = fs.readdirSync(`/proc/${pid}/task`);
    return tasks
      .flatMap((task) => fs.readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' '))
      .filter(Boolean)
      .map(Number)
      .filter(isAlive);
  } catch {
    return [];
  }
}

/** Has this process the Unix socket at `path` (or at `path.<something>`) among its descriptors? */
export function hasSocket(pid, path) {
  const inodes = fs
    .readFileSync('/proc/net/unix', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[7] === path || fields[7]?.startsWith(`${path}.`))
    .map((fields) => fields[6]);
  try {
    const links = fs.readdirSync(`/proc/${pid}/fd`).map((fd) => fs.readlinkSync(`/proc/${pid}/fd/${fd}`));
    return inodes.some((inode) => links.includes(`socket:[${inode}]`));
  } catch {
    return false;
  }
}

/** Which of these processes has the IPv4 connection that leaves from this local port? */
export function ownerOfPort(pids, port) {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const lines = fs.readFileSync('/proc/net/tcp', 'utf8').split('\n');
  const fields = lines.map((line) => line.trim().split(/\s+/)).find((columns) => columns[1]?.endsWith(`:${hex}`));
  return pids.find((pid) => {
    try {
      const links = fs.readdirSync(`/proc/${pid}/fd`).map((fd) => fs.readlinkSync(`/proc/${pid}/fd/${fd}`));
      return fields && links.includes(`socket:[${fields[9]}]`);
    } catch {
      return false;
    }
  });
}
