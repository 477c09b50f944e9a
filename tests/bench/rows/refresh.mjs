// SPDX-License-Identifier: Apache-2.0
// Fifty requests of one session at the moment when its access token has expired, over eight processes. The provider
// rotates refresh tokens, and one that comes twice ends the grant: whoever refreshes twice breaks the session.
import * as backends from '../../e2e/lib/backend.mjs';
import { parallel, request } from '../../e2e/lib/http.mjs';
import { Jar } from '../../e2e/lib/jar.mjs';
import { signIn } from '../../e2e/lib/navigate.mjs';
import { sleep } from '../../e2e/lib/ports.mjs';
import { always, atMost, median, spread, unit } from '../numbers.mjs';
import { sessionCookie, startSite } from '../sites.mjs';

const many = 50;
const lifetime = 5; // seconds
const milliseconds = unit('ms');

const start = (kind, backend) =>
  startSite(kind, {
    mpm: 'prefork',
    workers: { processes: 1, threads: 8 },
    provider: { accessTokenSeconds: lifetime, refreshTokens: 'always' },
    more: `
ProxyPass "/api/" "${backend.url}/"
<Location "/api">
${kind.tokens}
</Location>`,
  });

/** Whether the provider would accept a token now. */
const isLive = (op, token) => Boolean(token && op.store.get(`AccessToken:${token}`));

/** A request, and whether the backend got one with a token that is good. */
async function ask(site, backend, cookie, path) {
  const began = performance.now();
  const answer = await request({
    url: `${site.url}/api${path}`,
    headers: [['Cookie', cookie]],
    timeout: 120000,
  }).catch((error) => ({ status: error.code ?? 'broken' }));
  const milliseconds_ = performance.now() - began;
  const arrived = backend.requests.find((seen) => seen.path === path);
  const isWhole = answer.status === 200 && arrived && isLive(site.op, site.kind.tokenOf(arrived));
  return { milliseconds: milliseconds_, isWhole };
}

/** The same requests all at once; the answers. */
const burst = (site, backend, cookie, name) => parallel(many, (i) => ask(site, backend, cookie, `/${name}${i}`));
const medianTime = (answers) => median(answers.map(({ milliseconds: took }) => took));

/** One expiry. The wait is what is left without the endpoint's own time and that of the same requests before it. */
async function expire(site, backend, { delay }) {
  const jar = new Jar();
  site.op.settings.accessTokenSeconds = lifetime;
  const { response } = await signIn(jar, `${site.url}/api/first`);
  if (response.status !== 200) throw new Error(`the sign-in ended with ${response.status}`);
  site.op.settings.accessTokenSeconds = 3600;
  const usual = medianTime(await burst(site, backend, sessionCookie(site.kind, jar), 'early'));
  await sleep(lifetime * 1000 + 200);
  site.op.resetCounts();
  backend.clear();
  const restore = site.op.delay('token', delay);
  const cookie = sessionCookie(site.kind, jar);
  const answers = await burst(site, backend, cookie, 'n');
  const late = await ask(site, backend, cookie, '/late'); // is the session still worth something?
  restore();
  return {
    requests: site.op.tokenRequests.length,
    broken: answers.filter(({ isWhole }) => !isWhole).length,
    lost: late.isWhole ? 0 : 1,
    wait: medianTime(answers) - usual - delay,
  };
}

async function measure(bench, { delay, times }) {
  const results = {};
  for (const kind of bench.kinds) {
    const backend = await backends.start();
    const site = await start(kind, backend);
    try {
      results[kind.name] = [];
      for (let i = 0; i < times; i++) {
        bench.say(`a token expires, ${kind.name}, ${i + 1} of ${times}`);
        results[kind.name].push(await expire(site, backend, { delay }));
      }
    } finally {
      await site.end();
      await backend.close();
    }
  }
  return (name) =>
    Object.fromEntries(Object.entries(results).map(([kind, runs]) => [kind, spread(runs.map((run) => run[name]))]));
}

const figures = (of, method) => [
  { what: `token requests for ${many} requests at expiry`, method, ...of('requests'), budget: always(1) },
  { what: '  broken answers of these', method, ...of('broken'), budget: always(0) },
  { what: '  sessions lost by it', method, ...of('lost'), budget: always(0) },
];

export async function refresh(bench) {
  const times = bench.full ? 9 : 3;
  const of = await measure(bench, { delay: 300, times });
  const method = `8 processes, token endpoint 0.3 s, ${times} times`;
  return [
    ...figures(of, method),
    {
      what: "  median wait, without the endpoint's own",
      method: 'less the same requests before it',
      ...of('wait'),
      budget: atMost(30, milliseconds),
      write: milliseconds,
    },
  ];
}

export async function slowRefresh(bench) {
  const times = bench.full ? 3 : 1;
  const of = await measure(bench, { delay: 6500, times });
  return figures(of, `8 processes, token endpoint 6.5 s, ${times === 1 ? 'once' : `${times} times`}`);
}
