// SPDX-License-Identifier: Apache-2.0
// Files and directories for a server under test, readable for the user that it changes to.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** Give it to the user that servers run as, when we may. */
function giveToServer(file) {
  if (process.getuid() !== 0) return;
  const ids = ['-u', '-g'].map((flag) => spawnSync('id', [flag, 'www-data'], { encoding: 'utf8' }).stdout);
  fs.chownSync(file, ...ids.map(Number));
}

/** entry: text, a Buffer, or { content, mode, owner: 'server' }. Returns the path. */
export function writeFile(directory, name, entry) {
  const isPlain = typeof entry !== 'object' || Buffer.isBuffer(entry);
  const { content, mode = 0o644, owner } = isPlain ? { content: entry } : entry;
  const file = path.join(directory, name);
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o755 });
  fs.writeFileSync(file, content);
  fs.chmodSync(file, mode);
  if (owner === 'server') giveToServer(file);
  return file;
}

/** A directory that only the server's user may enter. */
export function makeServerDirectory(directory, name) {
  const made = path.join(directory, name);
  fs.mkdirSync(made, { recursive: true });
  fs.chmodSync(made, 0o700);
  giveToServer(made);
  return made;
}
