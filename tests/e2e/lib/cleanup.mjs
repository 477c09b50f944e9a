// SPDX-License-Identifier: Apache-2.0
// What a test run has started and made, so that nothing outlives it: processes are ended by their own id and
// directories are removed when Node exits, also after a failure, a time-out of the test runner or Ctrl-C.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const processes = new Set();
const directories = new Set();

/** A process that must not outlive this one; negative: the process group that it leads. */
export function ownProcess(pid) {
  processes.add(pid);
}
export function disownProcess(pid) {
  processes.delete(pid);
}

/** A fresh directory that everybody may enter, for servers that change their user; removed at exit. */
export function ownDirectory(prefix) {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), prefix));
  fs.chmodSync(directory, 0o755);
  directories.add(directory);
  return directory;
}

export function removeDirectory(directory) {
  directories.delete(directory);
  fs.rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
}

/** Send a signal; false when the process is gone. */
export function signal(pid, name) {
  try {
    process.kill(pid, name);
    return true;
  } catch (error) {
    if (error.code === 'ESRCH') return false;
    throw error;
  }
}

function sweep() {
  for (const pid of processes) signal(pid, 'SIGKILL');
  processes.clear();
  for (const directory of directories) {
    // GA2_KEEP=1 leaves configurations and logs for a look.
    if (!process.env.GA2_KEEP) removeDirectory(directory);
  }
}

process.on('exit', sweep);
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(name, () => {
    sweep();
    process.kill(process.pid, name);
  });
}
