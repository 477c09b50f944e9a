// SPDX-License-Identifier: Apache-2.0
// The page of the test backend: who the gate says is here, and the request as it arrived. This is what the demo shows.

const style = `
:root { color-scheme: light dark; --ground: #f6f7fa; --card: #fff; --text: #1b2230; --soft: #5a6478; --line: #dde2eb;
  --main: #12705a; --tint: #e3f3ee; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #10141c; --card: #1a202c; --text: #e7ebf3; --soft: #9ba6ba; --line: #323b4c; --main: #6fd3b5;
    --tint: #18332d; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 2.5rem 1rem; background: var(--ground); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
main { max-width: 52rem; margin: 0 auto; }
h1 { margin: 0 0 .25rem; font-size: 1.6rem; line-height: 1.25; overflow-wrap: anywhere; }
p { margin: 0 0 1.5rem; color: var(--soft); }
.who { display: flex; gap: 1rem; align-items: flex-start; padding: 1.25rem 1.5rem; margin-bottom: 1.5rem;
  background: var(--card); border: 1px solid var(--line); border-radius: .8rem; }
.who p { margin: 0; overflow-wrap: anywhere; }
.face { flex: none; display: grid; place-items: center; width: 3rem; height: 3rem; border-radius: 50%;
  color: var(--main); background: var(--tint); font-size: 1.25rem; font-weight: 700; }
section { margin-bottom: 1.5rem; background: var(--card); border: 1px solid var(--line); border-radius: .8rem;
  overflow: hidden; }
h2 { margin: 0; padding: .8rem 1.5rem; font-size: .95rem; border-bottom: 1px solid var(--line);
  overflow-wrap: anywhere; }
h2 code { font-size: .9rem; }
table { width: 100%; border-collapse: collapse; font-size: .875rem; }
th, td { padding: .45rem 1.5rem; text-align: left; vertical-align: top; border-top: 1px solid var(--line); }
tr:first-child > * { border-top: 0; }
th { width: 18rem; font-weight: 600; color: var(--soft); }
td, code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
tr.ours th { color: var(--main); }
tr.ours { background: var(--tint); }
@media (max-width: 38rem) { body { padding: 1rem .75rem; } th, td { display: block; width: auto; padding: .3rem 1rem; }
  td { border-top: 0; padding-top: 0; } h2, .who { padding-left: 1rem; padding-right: 1rem; } }
`;

export function escape(text) {
  return String(text ?? '').replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

function decoded(value) {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

const isOurs = (name) => /^(x-auth-request-|authorization$|x-goauth2|goauth2)/i.test(name);

function rows(headers) {
  const sorted = [...headers].sort(([a], [b]) => isOurs(b) - isOurs(a));
  return sorted
    .map(
      ([name, value]) =>
        `<tr${isOurs(name) ? ' class="ours"' : ''}><th scope="row">${escape(name)}</th>` +
        `<td>${escape(value)}</td></tr>`,
    )
    .join('\n');
}

/** request: as lib/backend.mjs records it. */
export function page(request) {
  const header = (name) => request.header(name) && decoded(request.header(name));
  const user = header('x-auth-request-preferred-username') ?? header('x-auth-request-user') ?? header('remote-user');
  const email = header('x-auth-request-email');
  const groups = header('x-auth-request-groups')
    ?.replace(/[[\]"]/g, '')
    .split(/, */)
    .join(', ');
  const facts = [email, groups && `groups: ${groups}`].filter(Boolean).map(escape).join(' · ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${user ? `Hello, ${escape(user)}` : 'Hello, stranger'}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<main>
<div class="who"><span class="face" aria-hidden="true">${escape((user ?? '?').slice(0, 1).toUpperCase())}</span>
<div><h1>Hello, ${escape(user ?? 'stranger')}</h1>
<p>${facts || 'The application knows nothing about you.'}</p></div></div>
<section>
<h2><code>${escape(request.start)}</code></h2>
<table>
${rows(request.headers)}
</table>
</section>
</main>
</body>
</html>
`;
}
