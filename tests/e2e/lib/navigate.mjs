// SPDX-License-Identifier: Apache-2.0
// A browser without a window: follows redirects over all origins with one cookie jar, sends the headers that Chromium
// sends for a navigation or a subresource, and fills in the forms of the test provider.
import { request } from './http.mjs';
import { Jar, relation, siteOf } from './jar.mjs';

const userAgent =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36';
const documents =
  'text/html,application/xhtml+xml,application/xml;q=0.9,image/jxl,image/avif,image/webp,image/apng,*/*;q=0.8,' +
  'application/signed-exchange;v=b3;q=0.7';

/** What Chromium says about itself and its purpose; `kind` is one of these. */
const kinds = {
  navigation: { Accept: documents, mode: 'navigate', dest: 'document', extra: { 'Upgrade-Insecure-Requests': '1' } },
  iframe: { Accept: documents, mode: 'navigate', dest: 'iframe', extra: { 'Upgrade-Insecure-Requests': '1' } },
  prefetch: { Accept: documents, mode: 'navigate', dest: 'document', extra: { 'Sec-Purpose': 'prefetch' } },
  fetch: { Accept: '*/*', mode: 'cors', dest: 'empty', extra: {} },
  image: {
    Accept: 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8',
    mode: 'no-cors',
    dest: 'image',
    extra: {},
  },
  script: { Accept: '*/*', mode: 'no-cors', dest: 'script', extra: {} },
};

export function browserHeaders(kind = 'navigation', site = 'none', byUser = kind === 'navigation') {
  const { Accept, mode, dest, extra } = kinds[kind];
  return [
    ...Object.entries(extra),
    ['User-Agent', userAgent],
    ['Accept', Accept],
    ['Sec-Fetch-Site', site],
    ['Sec-Fetch-Mode', mode],
    ...(byUser ? [['Sec-Fetch-User', '?1']] : []),
    ['Sec-Fetch-Dest', dest],
    ['Accept-Language', 'en-US,en;q=0.9'],
  ];
}

const farther = ['none', 'same-origin', 'same-site', 'cross-site'];

/** Sec-Fetch-Site over a chain of redirects: the farthest relation counts, unless nobody but the user asked. */
function siteOfChain(initiator, urls) {
  if (!initiator) return 'none';
  return farther[Math.max(...urls.map((url) => farther.indexOf(relation(initiator, url))))];
}

/** Does the page send its form by itself, as form_post answers do? Their target is read out here. */
function selfSubmittingForm(response) {
  if (!/^text\/html/i.test(response.header('content-type') ?? '')) return undefined;
  if (!/\.submit\(\)/.test(response.text)) return undefined;
  return forms(response)[0];
}

function keepsMethod(status, method) {
  return (
    status === 307 || status === 308 || ((status === 301 || status === 302) && method !== 'POST') || method === 'HEAD'
  );
}

/** One request of a navigation; `chain` has the URLs since its page, this one included. */
function ask(step, chain, { kind, jar, headers, ...options }) {
  const { initiator, method, body } = step;
  const { hash, href } = new URL(step.url);
  const context = {
    crossSite: Boolean(initiator) && siteOf(initiator) !== siteOf(href),
    topLevel: kind === 'navigation' || kind === 'prefetch',
  };
  const origin = initiator && new URL(initiator).origin;
  const all = [
    ...browserHeaders(kind, siteOfChain(initiator, chain), step.byUser),
    ...(origin && method === 'POST' ? [['Origin', origin]] : []),
    ...(origin ? [['Referer', `${origin}/`]] : []),
    ...headers,
  ];
  return request({
    ...options,
    url: href.slice(0, href.length - hash.length),
    method,
    body,
    jar,
    context,
    headers: all,
  });
}

/** Where an answer sends the browser, or undefined when it stays. */
function nextStep(step, response, submit) {
  if (response.status >= 300 && response.status < 400 && response.location) {
    if (keepsMethod(response.status, step.method)) return { ...step, url: response.location };
    return { ...step, url: response.location, method: 'GET', body: undefined };
  }
  const [, refreshed] = /^0; url=(.+)$/.exec(response.header('refresh') ?? '') ?? [];
  if (refreshed) return { url: new URL(refreshed, step.url).href, method: 'GET', initiator: step.url, byUser: false };
  const form = submit ? selfSubmittingForm(response) : undefined;
  return form && { url: form.action, method: form.method, body: form.fields(), initiator: step.url, byUser: false };
}

/**
 * Go to a URL as a browser does and stay where no redirect leads further.
 *   url, jar, kind, method, body, headers   as request(); body may be URLSearchParams
 *   initiator   the page that caused it, undefined when the user typed the address
 *   max         so many hops, then an error with .hops
 *   until       ({ url, response, hops }) => true stops early, at that answer
 *   submit      false: do not submit forms that submit themselves
 * Returns { url, response, hops: [{ method, url, response }] }.
 */
export async function follow({ url, method = 'GET', body, initiator, max = 20, until, submit = true, ...given }) {
  const options = { kind: 'navigation', jar: new Jar(), headers: [], ...given };
  const hops = [];
  let chain = [];
  let step = { url: new URL(url).href, method, body, initiator, byUser: options.kind === 'navigation' };
  for (;;) {
    chain.push(step.url);
    const response = await ask(step, chain, options);
    hops.push({ method: step.method, url: step.url, response });
    const here = { url: step.url, response, hops };
    const next = nextStep(step, response, submit);
    if (until?.(here) || !next) return here;
    if (hops.length >= max)
      throw Object.assign(new Error(`more than ${max} hops, the last to ${step.url}`), { hops });
    if (next.initiator !== step.initiator) chain = [];
    step = next;
  }
}

function attributes(tag) {
  const found = {};
  for (const [, name, , double, single, bare] of tag.matchAll(
    /([^\s"'<>/=]+)(\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g,
  )) {
    const text = double ?? single ?? bare ?? '';
    found[name.toLowerCase()] = text
      .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(code))
      .replace(/&quot;/g, '"')
      .replace(/&lt;/g, '<')
      .replace(/&gt;/g, '>')
      .replace(/&amp;/g, '&');
  }
  return found;
}

/** The forms of a page: { id, action (absolute), method, inputs, buttons, fields(overrides) -> URLSearchParams }. */
export function forms(response) {
  const html = response.text;
  const tags = (text, names) =>
    [...text.matchAll(new RegExp(`<(${names})\\b([^>]*)>`, 'gi'))].map(([, tag, rest]) => ({
      tag: tag.toLowerCase(),
      ...attributes(rest),
    }));
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)].map(([, head, inner]) => {
    const form = attributes(head);
    const outside = form.id ? tags(html, 'input|button').filter((control) => control.form === form.id) : [];
    const controls = [...tags(inner, 'input|button'), ...outside];
    const inputs = controls.filter(({ tag, type }) => tag === 'input' && type !== 'submit');
    return {
      id: form.id,
      action: new URL(form.action || response.url, response.url).href,
      method: (form.method ?? 'GET').toUpperCase(),
      inputs,
      buttons: controls.filter(({ tag, type }) => tag === 'button' || type === 'submit'),
      fields(overrides = {}) {
        const params = new URLSearchParams();
        for (const { name, value, type, checked } of inputs) {
          if (!name || name in overrides || (/^(checkbox|radio)$/.test(type) && checked === undefined)) continue;
          params.append(name, value ?? '');
        }
        for (const [name, value] of Object.entries(overrides)) {
          for (const item of [value].flat()) if (item !== undefined) params.append(name, item);
        }
        return params;
      },
    };
  });
}

/** Submit a form of the page where follow() ended, and follow on from there. */
export function submitForm(here, { jar, form = forms(here.response)[0], fields = {}, ...options }) {
  const params = form.fields(fields);
  const query = new URL(form.action);
  if (form.method === 'GET') query.search = params.toString();
  return follow({
    ...options,
    jar,
    url: query.href,
    method: form.method,
    body: form.method === 'GET' ? undefined : params,
    initiator: here.url,
  });
}

/**
 * Visit a protected URL and sign in at the real provider's pages, or at a provider that answers at once. Ends on the
 * page where the browser comes to rest. Options: allow (false refuses consent), scopes (those left ticked), and those
 * of follow(). `hops` has the whole way.
 */
export async function signIn(jar, url, account = 'alice', { allow = true, scopes, until, ...options } = {}) {
  let here = await follow({ ...options, jar, url, until });
  const hops = [...here.hops];
  const go = async (fields) => {
    here = await submitForm(here, { ...options, until, jar, fields });
    hops.push(...here.hops);
  };
  const names = () =>
    forms(here.response)
      .flatMap((form) => [...form.inputs, ...form.buttons])
      .map((control) => control.name);
  if (names().includes('password')) await go({ login: account, password: 'any' });
  if (names().includes('decision'))
    await go({ decision: allow ? 'allow' : 'deny', ...(scopes ? { scope: scopes } : {}) });
  return { ...here, hops };
}

/** Answer yes on the provider's sign-out page, or whatever page with one form follow() ended on. */
export async function confirm(jar, here, fields = { logout: 'yes' }, options = {}) {
  return submitForm(here, { ...options, jar, fields });
}
