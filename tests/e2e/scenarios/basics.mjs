// SPDX-License-Identifier: Apache-2.0
// The shortest configuration, by HTTP.
import assert from 'node:assert/strict';
import { canary } from '../lib/site.mjs';

export default [
  {
    name: 'a stranger signs in and the backend learns who it is',
    async run(t, start) {
      const site = await start(t);
      const jar = site.jar();
      const here = await site.signIn(jar, '/app/page.html?a=1&b=%2F');
      assert.equal(here.response.status, 200);
      assert.equal(here.url, site.at('/app/page.html?a=1&b=%2F'));
      assert.match(here.response.text, new RegExp(canary));
      assert.equal((await site.get('/api/x', { jar })).status, 200);
      const seen = site.lastSeen();
      assert.equal(seen['x-auth-request-user'], 'u-1001');
      assert.equal(seen['x-auth-request-email'], 'alice@example.com');
      assert.equal(seen['x-auth-request-preferred-username'], 'alice');
      assert.match(seen.authorization, /^Bearer \S+$/);
      assert.ok(!JSON.stringify(seen).includes('goauth2'), 'our cookies stay here');
    },
  },
];
