// SPDX-License-Identifier: Apache-2.0
// A cookie jar that follows RFC 6265bis as Chromium does (compared with Chromium 156 in the self-tests): prefixes,
// SameSite, host-only cookies; plain http on the loopback interface counts as secure, for the prefixes too.
import net from 'node:net';

const DAY = 86400;

export function isLoopback(host) {
  return host === 'localhost' || host.endsWith('.localhost') || /^127(\.\d+){3}$/.test(host) || host === '[::1]';
}

/** Scheme and registrable domain, roughly: the last two labels, or the whole address. Ports do not count. */
export function siteOf(url) {
  const { protocol, hostname } = new URL(url);
  const isAddress = net.isIP(hostname) || hostname.startsWith('[');
  return `${protocol}//${isAddress ? hostname : hostname.split('.').slice(-2).join('.')}`;
}

/** What Chromium says in Sec-Fetch-Site when `from` makes a request to `to`. */
export function relation(from, to) {
  if (!from) return 'none';
  if (new URL(from).origin === new URL(to).origin) return 'same-origin';
  return siteOf(from) === siteOf(to) ? 'same-site' : 'cross-site';
}

function defaultPath(pathname) {
  const end = pathname.lastIndexOf('/');
  return end > 0 ? pathname.slice(0, end) : '/';
}

function pathMatches(cookiePath, pathname) {
  return (
    pathname === cookiePath ||
    (pathname.startsWith(cookiePath) && (cookiePath.endsWith('/') || pathname[cookiePath.length] === '/'))
  );
}

function domainMatches(domain, host) {
  return host === domain || (host.endsWith(`.${domain}`) && !net.isIP(host));
}

/** The name, the value and the last of each attribute, or undefined when the line is refused as a whole. */
export function parseSetCookie(line) {
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(line)) return undefined;
  const [pair, ...rest] = line.split(';');
  const equals = pair.indexOf('=');
  const name = equals < 0 ? '' : pair.slice(0, equals).trim();
  const value = pair.slice(equals + 1).trim();
  if ((name === '' && value === '') || name.length + value.length > 4096) return undefined;
  const attributes = {};
  for (const part of rest) {
    const at = part.indexOf('=');
    const key = (at < 0 ? part : part.slice(0, at)).trim().toLowerCase();
    const text = at < 0 ? '' : part.slice(at + 1).trim();
    if (text.length <= 1024) attributes[key] = text;
  }
  return { name, value, attributes };
}

function expiry(attributes, now) {
  const limit = now + 400 * DAY * 1000;
  if (/^-?\d+$/.test(attributes['max-age'] ?? '')) {
    const seconds = Number(attributes['max-age']);
    return seconds <= 0 ? 0 : Math.min(now + seconds * 1000, limit);
  }
  const date = Date.parse(attributes.expires ?? '');
  return Number.isNaN(date) ? undefined : Math.min(date, limit);
}

export class Jar {
  /** `now` lets a test move the browser's clock. */
  constructor({ now = Date.now } = {}) {
    this.now = now;
    this.cookies = [];
    this.refused = []; // [line, why], for tests that wonder
  }

  /**
   * Take the Set-Cookie lines of an answer. Context: crossSite and topLevel, as for header().
   */
  take(url, lines, { crossSite = false, topLevel = true } = {}) {
    for (const line of lines) {
      const why = this.takeOne(new URL(url), line, crossSite && !topLevel);
      if (why) this.refused.push([line, why]);
    }
  }

  takeOne(url, line, thirdParty) {
    const parsed = parseSetCookie(line);
    if (!parsed) return 'malformed';
    const { name, value, attributes } = parsed;
    const host = url.hostname;
    const secureOrigin = url.protocol === 'https:' || isLoopback(host);
    const secure = 'secure' in attributes;
    const domain = (attributes.domain ?? '').replace(/^\./, '').toLowerCase();
    const path = attributes.path?.startsWith('/') ? attributes.path : defaultPath(url.pathname);
    const sameSite = { strict: 'Strict', lax: 'Lax', none: 'None' }[(attributes.samesite ?? '').toLowerCase()];
    const prefixed = (name || value).toLowerCase();

    if (secure && !secureOrigin) return 'Secure from an insecure origin';
    if (domain && !domainMatches(domain, host)) return 'Domain is another host';
    if (domain && domain !== host && !domain.includes('.')) return 'Domain is a public suffix';
    if (sameSite === 'None' && !secure) return 'SameSite=None without Secure';
    if (sameSite !== 'None' && thirdParty) return 'SameSite in a cross-site answer';
    if (prefixed.startsWith('__host-') || prefixed.startsWith('__secure-')) {
      if (!name) return 'a prefix in a cookie without a name';
      if (!secure) return 'a prefix without Secure';
      const otherDomain = domain && !(net.isIP(host) && domain === host);
      if (prefixed.startsWith('__host-') && (otherDomain || attributes.path !== '/'))
        return '__Host- with Domain or Path';
    }
    this.put({
      name,
      value,
      path,
      secure,
      sameSite,
      host,
      domain: domain.includes('.') && !net.isIP(host) ? domain : undefined,
      httpOnly: 'httponly' in attributes,
      expires: expiry(attributes, this.now()),
      line,
    });
    return undefined;
  }

  /** Put a cookie in as it is, whatever the rules say; one of the same name, domain and path is replaced. */
  put(cookie) {
    const entry = { path: '/', created: this.now(), ...cookie };
    const old = this.cookies.find(
      (other) =>
        other.name === entry.name &&
        other.path === entry.path &&
        other.host === entry.host &&
        other.domain === entry.domain,
    );
    if (old) entry.created = old.created;
    this.cookies = this.cookies.filter((other) => other !== old);
    if (entry.expires === undefined || entry.expires > this.now()) this.cookies.push(entry);
  }

  /** The cookies a request carries, in the order they are sent. */
  match(url, { method = 'GET', crossSite = false, topLevel = true } = {}) {
    const { protocol, hostname, pathname } = new URL(url);
    const now = this.now();
    const safe = /^(GET|HEAD|OPTIONS|TRACE)$/.test(method);
    this.cookies = this.cookies.filter((cookie) => cookie.expires === undefined || cookie.expires > now);
    const allowed = (cookie) => {
      if (!crossSite || cookie.sameSite === 'None') return true;
      if (cookie.sameSite === 'Strict' || !topLevel) return false;
      // Chromium's exception: two minutes for cookies that say nothing.
      return safe || (cookie.sameSite === undefined && now - cookie.created < 120000);
    };
    return this.cookies
      .filter(
        (cookie) =>
          (cookie.domain ? domainMatches(cookie.domain, hostname) : cookie.host === hostname) &&
          pathMatches(cookie.path, pathname) &&
          (!cookie.secure || protocol === 'https:' || isLoopback(hostname)) &&
          allowed(cookie),
      )
      .sort((a, b) => b.path.length - a.path.length || a.created - b.created);
  }

  /** The value of the Cookie header, '' when there is none. */
  header(url, context) {
    return this.match(url, context)
      .map(({ name, value }) => (name ? `${name}=${value}` : value))
      .join('; ');
  }

  get(name) {
    return this.cookies.find((cookie) => cookie.name === name);
  }

  value(name) {
    return this.get(name)?.value;
  }

  names() {
    return this.cookies.map((cookie) => cookie.name);
  }

  remove(name) {
    this.cookies = this.cookies.filter((cookie) => cookie.name !== name);
  }

  clear() {
    this.cookies = [];
  }

  /** A second browser with the same cookies. */
  clone() {
    const jar = new Jar({ now: this.now });
    jar.cookies = this.cookies.map((cookie) => ({ ...cookie }));
    return jar;
  }
}
