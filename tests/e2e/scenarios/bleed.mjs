// SPDX-License-Identifier: Apache-2.0
// Nobody is ever taken for somebody else: users and strangers take turns on kept connections, over all threads and
// processes, and each answer belongs to the cookie that asked.
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { Pool, parallel } from '../lib/http.mjs';

const guard = 'AuthType goauth2\nRequire valid-user';

/** What the backend was told, from its JSON. */
function told(response) {
  const headers = Object.fromEntries(response.json().headers.map(([name, value]) => [name.toLowerCase(), value]));
  return [headers['x-auth-request-user'], headers['x-auth-request-email'], headers.authorization, headers.cookie];
}

export default [
  {
    name: 'two users and a stranger take turns two thousand times on kept connections: identity is the cookie\u2019s',
    async run(t, start) {
      const site = await start(t, {
        provider: { bad: true },
        locations: {
          '/api': `${guard}\nGOAuth2Bearer access`,
          '/aware': 'AuthType goauth2\nGOAuth2Mode aware\nRequire all granted',
        },
        more: ({ backend }) => `ProxyPass "/aware/" "${backend.url}/"`,
        apache: { workers: { processes: 2, threads: 6 } },
      });
      const users = [];
      for (const name of ['alice', 'bob']) {
        site.op.account = name;
        const jar = site.jar();
        await site.signIn(jar, '/api/x');
        const { authorization } = site.lastSeen();
        const { sub, email } = site.op.accounts[name];
        users.push({
          cookie: `a=${name}; ${site.cookies(jar)}`,
          api: [sub, email, authorization, `a=${name}`],
          aware: [sub, email, undefined, `a=${name}`],
        });
      }
      const stranger = { cookie: 'a=nobody', api: undefined, aware: [undefined, undefined, undefined, 'a=nobody'] };
      const open = [undefined, undefined, undefined];
      let count = 0;
      const pool = new Pool();
      t.after(() => pool.close());
      await parallel(10, async () => {
        for (let i = 0; i < 210; i += 1) {
          const who = [...users, ...users, stranger][randomInt(5)];
          const place = ['api', 'api', 'aware', 'open'][randomInt(4)];
          const response = await pool.request({ url: site.at(`/${place}/${i}`), headers: [['Cookie', who.cookie]] });
          if (place === 'api' && who === stranger) assert.equal(response.status, 401);
          else if (place === 'open') assert.deepEqual(told(response).slice(0, 3), open);
          else assert.deepEqual(told(response), who[place]);
          count += 1;
        }
      });
      assert.ok(count > 2000 && pool.opened < 100, `${count} requests on ${pool.opened} connections`);
    },
  },
];
