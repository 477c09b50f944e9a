// SPDX-License-Identifier: Apache-2.0
// What a test has set: values for single places, by dotted path, and functions over whole documents.
//   set({ 'idt.claims.iss': 'https://evil.example' })   this value instead
//   set({ 'idt.claims.sub': undefined })                 the member is left out
//   set({ 'idt.claims.exp': (old, ctx) => old - 500 })   computed
//   mutate('jwks', (document, ctx) => { ... })           the document is changed or another one returned
// Paths that begin with "code." or "refresh." before "token" or "idt" count for that grant only.

function replace(document, path, value, ctx) {
  const names = path.split('.');
  const last = names.pop();
  let place = document;
  for (const name of names) {
    if (place[name] === null || typeof place[name] !== 'object') place[name] = {};
    place = place[name];
  }
  const result = typeof value === 'function' ? value(place[last], ctx) : value;
  if (result === undefined) delete place[last];
  else place[last] = result;
}

/** Members of a document never begin with "$" or "http.": those are about how it is sent. */
const isMember = (rest) => !rest.startsWith('$') && !rest.startsWith('http.');

/** Settings by the paths that count for this grant. */
function forGrant(settings, grant) {
  const prefix = grant === 'refresh_token' ? 'refresh.' : 'code.';
  return Object.fromEntries(
    Object.entries(settings).flatMap(([path, value]) => {
      if (!/^(code|refresh)\.(token|idt)\./.test(path)) return [[path, value]];
      return path.startsWith(prefix) ? [[path.slice(prefix.length), value]] : [];
    }),
  );
}

/** The knobs as they stand for one request. */
class View {
  constructor(groups, ctx) {
    this.groups = groups;
    this.ctx = ctx;
  }

  /** A single value that is no member of a document. */
  get(path, fallback) {
    let value = fallback;
    for (const { settings } of this.groups) {
      if (!settings || !(path in settings)) continue;
      value = typeof settings[path] === 'function' ? settings[path](value, this.ctx) : settings[path];
    }
    return value;
  }

  /** All values below a path, as an object: below('token.http') is { status, delay, ... }. */
  below(path) {
    const found = {};
    for (const { settings } of this.groups) {
      for (const [key, value] of Object.entries(settings ?? {})) {
        if (key.startsWith(`${path}.`)) found[key.slice(path.length + 1)] = value;
      }
    }
    return found;
  }

  /** The document with everything done to it that was set for this point. */
  apply(point, document) {
    let result = document;
    for (const { settings, mutation } of this.groups) {
      if (mutation?.point === point) result = mutation.change(result, this.ctx) ?? result;
      for (const [key, value] of Object.entries(settings ?? {})) {
        const rest = key.startsWith(`${point}.`) ? key.slice(point.length + 1) : '$';
        if (isMember(rest)) replace(result, rest, value, this.ctx);
      }
    }
    return result;
  }
}

export class Knobs {
  constructor() {
    this.groups = [];
  }

  /** limits: { on: endpoint, times: n } makes it count for the next n requests to that endpoint only. */
  set(settings, { on, times = Infinity } = {}) {
    return this.add({ settings, on, left: times });
  }

  mutate(point, change, { on, times = Infinity } = {}) {
    return this.add({ mutation: { point, change }, on, left: times });
  }

  /** Returns a function that takes it back. */
  add(group) {
    this.groups.push(group);
    return () => {
      this.groups = this.groups.filter((other) => other !== group);
    };
  }

  reset() {
    this.groups = [];
  }

  /** For one request to this endpoint (or for none). */
  view(endpoint, ctx) {
    const active = this.groups.filter((group) => group.left > 0 && (group.on === undefined || group.on === endpoint));
    for (const group of active) if (group.on === endpoint) group.left -= 1;
    return new View(
      active.map(({ settings, mutation }) => (mutation ? { mutation } : { settings: forGrant(settings, ctx.grant) })),
      ctx,
    );
  }
}
