#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// The test provider as a program, for the demo and for trying things by hand.
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { start } from '../provider.mjs';

const usage = `Usage: node bin/provider.mjs [options]
  --port N               listen here (default: 9090; 0: any free port)
  --host NAME            address to listen on (default: 127.0.0.1)
  --issuer-host NAME     host name in the issuer URL (default: the address)
  --clients FILE         JSON array of client metadata, instead of the four options below
  --client-id ID         (default: goauth2)
  --client-secret FILE   file with the secret; without it the client is public
  --client-auth METHOD   client_secret_basic or client_secret_post
  --redirect-uri URL     may be given several times; so may the next
  --post-logout-redirect-uri URL
  --id-token-alg ALG     RS256, PS256, ES256 or EdDSA
  --access-token-seconds N
  --refresh-tokens WHEN  offline_access, always or never
  --no-consent           do not ask for consent
  --auto-login NAME      show no pages, sign this account in at once
`;

const text = { type: 'string' };
const list = { type: 'string', multiple: true };
const flag = { type: 'boolean' };
let options;
try {
  options = parseArgs({
    options: {
      port: text,
      host: text,
      'issuer-host': text,
      clients: text,
      'client-id': text,
      'client-secret': text,
      'client-auth': text,
      'redirect-uri': list,
      'post-logout-redirect-uri': list,
      'id-token-alg': text,
      'access-token-seconds': text,
      'refresh-tokens': text,
      'no-consent': flag,
      'auto-login': text,
      help: flag,
    },
  }).values;
} catch (error) {
  process.stderr.write(`${error.message}\n${usage}`);
  process.exit(2);
}
if (options.help) {
  process.stdout.write(usage);
  process.exit(0);
}

function clients() {
  if (options.clients) return JSON.parse(fs.readFileSync(options.clients, 'utf8'));
  return [
    {
      client_id: options['client-id'] ?? 'goauth2',
      client_secret: options['client-secret'] && fs.readFileSync(options['client-secret'], 'utf8').trim(),
      token_endpoint_auth_method: options['client-auth'],
      redirect_uris: options['redirect-uri'] ?? [],
      post_logout_redirect_uris: options['post-logout-redirect-uri'] ?? [],
    },
  ].map((client) => Object.fromEntries(Object.entries(client).filter(([, value]) => value !== undefined)));
}

const given = {
  host: options.host,
  issuerHost: options['issuer-host'],
  idTokenAlg: options['id-token-alg'],
  accessTokenSeconds: options['access-token-seconds'] && Number(options['access-token-seconds']),
  refreshTokens: options['refresh-tokens'],
  consent: options['no-consent'] ? false : undefined,
  autoLogin: options['auto-login'],
};
const op = await start({
  port: Number(options.port ?? 9090),
  clients: clients(),
  ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
});

process.stdout.write(`issuer ${op.issuer}\naccounts ${Object.keys(op.accounts).join(' ')} (any password)\n`);
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(name, () => op.close());
