// SPDX-License-Identifier: Apache-2.0
// The httpd.conf of a test server, written from pieces. Debian has mod_so, mod_unixd, mod_log_config, mod_logio,
// mod_version and mod_watchdog compiled in.
import path from 'node:path';

const modulesDirectory = () => process.env.GA2_HTTPD_MODULES ?? '/usr/lib/apache2/modules';

const usual = [
  'authn_core',
  'authz_core',
  'authz_user',
  'authz_host',
  'dir',
  'mime',
  'alias',
  'proxy',
  'proxy_http',
  'proxy_wstunnel',
  'autoindex',
  'filter',
  'headers',
  'rewrite',
  'include',
  'status',
  'negotiation',
  'env',
  'setenvif',
];

function loadModules({ mpm, modules, goauth2 }) {
  const cgi = mpm === 'prefork' ? 'cgi' : 'cgid';
  const names = [...new Set([`mpm_${mpm}`, ...usual, cgi, ...modules])];
  const lines = names.map((name) => `LoadModule ${name}_module ${path.join(modulesDirectory(), `mod_${name}.so`)}`);
  if (goauth2) lines.push(`LoadModule goauth2_module ${goauth2}`);
  return lines.join('\n');
}

/** Few processes and threads, but more than one of each, so that what is shared is shared for real. */
function workers(mpm, { processes = 2, threads = 8 } = {}) {
  const pool = mpm === 'prefork' ? processes * threads : processes;
  const lines = [
    `StartServers ${pool}`,
    `ServerLimit ${pool * 2}`,
    'GracefulShutdownTimeout 5',
    'MaxConnectionsPerChild 0',
  ];
  if (mpm === 'prefork') {
    return [...lines, `MinSpareServers ${pool}`, `MaxSpareServers ${pool}`, `MaxRequestWorkers ${pool}`].join('\n');
  }
  const spare = processes * threads;
  return [
    ...lines,
    `ThreadsPerChild ${threads}`,
    `ThreadLimit ${Math.max(threads, 64)}`,
    `MaxRequestWorkers ${spare}`,
    `MinSpareThreads ${spare}`,
    `MaxSpareThreads ${spare}`,
  ].join('\n');
}

/**
 * The text. settings: { mpm, modules, goauth2 (path or undefined), workers, port, host, serverName, logLevel, config,
 * asRoot, directory }; config is what the test writes into the server itself.
 */
export function configuration({
  mpm,
  modules,
  goauth2,
  workers: size,
  port,
  host,
  serverName,
  logLevel,
  config,
  asRoot,
  directory,
}) {
  const at = (name) => path.join(directory, name);
  return `ServerRoot "${directory}"
PidFile "${at('httpd.pid')}"
DefaultRuntimeDir "${directory}"
ErrorLog "${at('error.log')}"
LogLevel ${logLevel}
Listen ${host}:${port}
ServerName ${serverName}:${port}
ServerAdmin webmaster@localhost
${loadModules({ mpm, modules, goauth2 })}
${asRoot ? 'User www-data\nGroup www-data' : ''}
${workers(mpm, size)}
Timeout 20
KeepAlive On
KeepAliveTimeout 5
MaxKeepAliveRequests 0
${mpm === 'prefork' ? '' : `ScriptSock "${at('cgid.sock')}"`}
LogFormat "%h %u %t \\"%m %U %H\\" %>s %O %D" test
CustomLog "${at('access.log')}" test
TypesConfig /dev/null
AddType text/html .html .shtml
AddType text/plain .txt
AddOutputFilter INCLUDES .shtml
DirectoryIndex index.html
DocumentRoot "${at('htdocs')}"
<Directory />
    AllowOverride None
    Require all denied
</Directory>
<Directory "${at('htdocs')}">
    Options Indexes Includes FollowSymLinks MultiViews
    AllowOverride All
    Require all granted
</Directory>
ScriptAlias /cgi-bin/ "${at('cgi-bin')}/"
<Directory "${at('cgi-bin')}">
    Require all granted
</Directory>
<Location "/server-status">
    SetHandler server-status
</Location>
${config}
`;
}

/** A script that prints its environment, sorted, and its standard input. */
const printenv = `#!/bin/sh
printf 'Content-Type: text/plain\\r\\n\\r\\n'
env | sort
cat
`;

/** Files that every test server has; `files` adds to them: name -> text, or { content, mode }. */
export function defaultFiles() {
  return {
    'htdocs/index.html': '<!doctype html><title>public</title><p>public page\n',
    'htdocs/app/index.html': '<!doctype html><title>app</title><p>protected canary 4c1f9e\n',
    'htdocs/app/page.html': '<!doctype html><title>page</title><p>protected canary 4c1f9e\n',
    'htdocs/app/include.shtml': '<p>user <!--#echo var="REMOTE_USER" -->\n',
    'cgi-bin/env': { content: printenv, mode: 0o755 },
  };
}
