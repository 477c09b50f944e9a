// SPDX-License-Identifier: Apache-2.0
// Everything the test provider remembers, in memory and without a limit of entries: the package's own memory
// adapter is shared by all providers of a process and forgets after a thousand entries.

export class Store {
  constructor() {
    this.entries = new Map(); // "Model:id" -> { payload, until }
    this.byGrant = new Map(); // grant id -> set of keys
    this.byUid = new Map(); // session uid -> session id
    this.byUserCode = new Map(); // device flow
  }

  /** The constructor that oidc-provider calls once for each of its models. */
  adapter() {
    const store = this;
    return function Adapter(model) {
      return store.modelAdapter(model);
    };
  }

  get(key) {
    const entry = this.entries.get(key);
    if (!entry) return undefined;
    if (entry.until > Date.now()) return entry.payload;
    this.entries.delete(key);
    return undefined;
  }

  put(key, payload, seconds) {
    this.entries.set(key, { payload, until: seconds ? Date.now() + seconds * 1000 : Infinity });
    if (!payload.grantId || !/^(AccessToken|AuthorizationCode|RefreshToken|DeviceCode):/.test(key)) return;
    if (!this.byGrant.has(payload.grantId)) this.byGrant.set(payload.grantId, new Set());
    this.byGrant.get(payload.grantId).add(key);
  }

  revokeGrant(grantId) {
    for (const key of this.byGrant.get(grantId) ?? []) this.entries.delete(key);
    this.byGrant.delete(grantId);
  }

  /** Forget all entries of some models, as an operator does who revokes everything. */
  forget(...models) {
    for (const key of this.entries.keys()) {
      if (models.includes(key.slice(0, key.indexOf(':')))) this.entries.delete(key);
    }
  }

  modelAdapter(model) {
    const key = (id) => `${model}:${id}`;
    return {
      upsert: async (id, payload, seconds) => {
        if (model === 'Session') this.byUid.set(payload.uid, id);
        if (payload.userCode) this.byUserCode.set(payload.userCode, id);
        this.put(key(id), payload, seconds);
      },
      find: async (id) => this.get(key(id)),
      findByUid: async (uid) => this.get(key(this.byUid.get(uid))),
      findByUserCode: async (code) => this.get(key(this.byUserCode.get(code))),
      consume: async (id) => {
        this.get(key(id)).consumed = Math.floor(Date.now() / 1000);
      },
      destroy: async (id) => {
        this.entries.delete(key(id));
      },
      revokeByGrantId: async (grantId) => this.revokeGrant(grantId),
    };
  }
}
