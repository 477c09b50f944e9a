// SPDX-License-Identifier: Apache-2.0
// The two pages of the demo's site that httpd serves itself: one for everybody, one behind the gate.

const style = `
:root { color-scheme: light dark; --ground: #f3f5f9; --card: #fff; --text: #1b2230; --soft: #566077; --line: #dbe1ec;
  --main: #2c56c9; --on: #fff; --tint: #eaf0fd; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #0f131a; --card: #181e29; --text: #e8ecf4; --soft: #9ca7bb; --line: #2f3849; --main: #8aabff;
    --on: #0d1526; --tint: #1d2940; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; grid-template-columns: minmax(0, 44rem); place-content: center;
  padding: 2rem 1rem; background: var(--ground); color: var(--text);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
h1 { margin: 0 0 .4rem; font-size: clamp(1.6rem, 5vw, 2.2rem); line-height: 1.2; letter-spacing: -.02em; }
p { margin: 0 0 1.5rem; color: var(--soft); }
ul { display: grid; gap: .8rem; grid-template-columns: repeat(auto-fit, minmax(min(18rem, 100%), 1fr));
  margin: 0 0 1.5rem; padding: 0; list-style: none; }
li a { display: block; height: 100%; padding: 1.1rem 1.3rem; color: inherit; text-decoration: none;
  background: var(--card); border: 1px solid var(--line); border-radius: .9rem; }
li a:hover { border-color: var(--main); background: var(--tint); }
li a:focus-visible { outline: 3px solid var(--main); outline-offset: 2px; }
li strong { display: block; font-size: 1.05rem; }
li span { color: var(--soft); font-size: .92rem; }
code { white-space: nowrap; padding: .08rem .4rem; border-radius: .35rem; background: var(--tint);
  font: .9em ui-monospace, "DejaVu Sans Mono", monospace; }
pre { margin: 0; padding: 1rem 1.3rem; overflow-x: auto; background: var(--card); border: 1px solid var(--line);
  border-radius: .9rem; font: .82rem/1.6 ui-monospace, "DejaVu Sans Mono", monospace; }
h2 { margin: 0 0 .5rem; font-size: 1rem; }
`;

export function escape(text) {
  return String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

function page(title, body) {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
}

function links(rows) {
  const items = rows.map(
    ([href, title, text]) => `<li><a href="${href}"><strong>${title}</strong><span>${text}</span></a></li>`,
  );
  return `<ul>\n${items.join('\n')}\n</ul>`;
}

export function publicPage({ accounts, config }) {
  const names = accounts.map((name) => `<code>${escape(name)}</code>`).join(' ');
  return page(
    'mod_goauth2',
    `<h1>Everybody may read this page</h1>
<p>The links below ask you to sign in first. Sign in as ${names}; any password will do.</p>
${links([
  ['/private/hello.shtml', 'A protected page', 'A file that httpd serves to people who have signed in.'],
  ['/backend/', 'A protected application', 'It shows the request as it arrived, with what the gate says of you.'],
  ['/oauth2userinfo', 'Who am I?', 'JSON about you, for scripts of this site’s pages.'],
  ['/oauth2logout', 'Sign out', 'Here, and at the provider if you like.'],
])}
<h2>All it takes in httpd.conf</h2>
<pre>${escape(config)}</pre>`,
  );
}

/** With server-side includes: the name comes from the environment that the gate sets. */
export const protectedPage = page(
  'For you alone',
  `<h1>Hello, <!--#echo var="GOAUTH2_PREFERRED_USERNAME" --></h1>
<p>httpd served this file because you have signed in. To it you are
<code><!--#echo var="REMOTE_USER" --></code>, with <code><!--#echo var="GOAUTH2_SCOPES" --></code>.</p>
${links([
  ['/backend/', 'The application', 'The same session opens it.'],
  ['/oauth2logout', 'Sign out', 'A question first, so that no picture on a page can do it.'],
  ['/', 'The front page', 'Back to where everybody may be.'],
])}`,
);
