// SPDX-License-Identifier: Apache-2.0
// The pages that a person sees at the test provider. No script, nothing from elsewhere, light and dark.

const style = `
:root { color-scheme: light dark; --ground: #eef1f6; --card: #fff; --text: #1b2230; --soft: #5a6478; --line: #d5dbe6;
  --edge: #8791a5; --field: #fff; --main: #2c56c9; --main-text: #fff; --chip: #eef2fb; --bad: #a8232b;
  --bad-ground: #fdeeee; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #10141c; --card: #1a202c; --text: #e7ebf3; --soft: #9ba6ba; --line: #323b4c; --edge: #667188;
    --field: #121722; --main: #86a8ff; --main-text: #0d1526; --chip: #242d3f; --bad: #ffa3a3;
    --bad-ground: #3a1d22; } }
* { box-sizing: border-box; }
body { display: flex; flex-direction: column; align-items: center; justify-content: center;
  margin: 0; min-height: 100vh; padding: 1.5rem 1rem; background: var(--ground); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
main { width: 100%; max-width: 26rem; padding: 2rem; background: var(--card); border: 1px solid var(--line);
  border-radius: .9rem; box-shadow: 0 1px 2px #0000000d, 0 12px 32px #0000001a; }
header { display: flex; align-items: center; gap: .6rem; margin-bottom: 1.4rem; color: var(--soft);
  font-size: .875rem; }
header svg { flex: none; width: 1.75rem; height: 1.75rem; color: var(--main); }
h1 { margin: 0 0 .25rem; font-size: 1.5rem; line-height: 1.25; letter-spacing: -.01em; }
p { margin: 0 0 1.25rem; color: var(--soft); overflow-wrap: anywhere; }
p strong, li strong { color: var(--text); font-weight: 600; }
label { display: block; margin: 0 0 .3rem; font-size: .875rem; font-weight: 600; }
input[type=text], input[type=password] { width: 100%; margin: 0 0 1rem; padding: .65rem .8rem; font: inherit;
  color: inherit; background: var(--field); border: 1px solid var(--edge); border-radius: .5rem; }
button { width: 100%; padding: .7rem 1rem; font: inherit; font-weight: 600; color: var(--main-text);
  background: var(--main); border: 1px solid var(--main); border-radius: .5rem; cursor: pointer; }
button:hover { filter: brightness(1.08); }
button.quiet { margin-top: .6rem; color: var(--text); background: transparent; border-color: var(--edge); }
:is(input, button):focus-visible { outline: 3px solid var(--main); outline-offset: 2px; }
.hint { margin: 1.4rem 0 0; padding-top: 1.1rem; border-top: 1px solid var(--line); font-size: .875rem; }
.hint code { padding: .1rem .45rem; background: var(--chip); border-radius: .35rem; color: var(--text);
  font: .8125rem ui-monospace, "DejaVu Sans Mono", monospace; white-space: nowrap; }
.bad { margin: 0 0 1rem; padding: .6rem .8rem; color: var(--bad); background: var(--bad-ground); border-radius: .5rem; }
ul { margin: 0 0 1.25rem; padding: 0; list-style: none; }
main > :last-child { margin-bottom: 0; }
li { padding: .5rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
li:last-child { border-bottom: 1px solid var(--line); }
li label { display: flex; gap: .7rem; margin: 0; padding: .1rem 0; font-weight: 400; font-size: 1rem; cursor: pointer; }
input[type=checkbox] { flex: none; width: 1.1rem; height: 1.1rem; margin: .2rem 0 0; accent-color: var(--main); }
@media (max-width: 26rem) { main { padding: 1.4rem 1.2rem; } }
`;

const logo =
  '<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linejoin="round" ' +
  'aria-hidden="true"><path d="M12 2.6 4.6 5.4v6c0 4.7 3.1 8.5 7.4 10 4.3-1.5 7.4-5.3 7.4-10v-6z"/>' +
  '<circle cx="12" cy="10.4" r="2"/><path d="M12 12.4v3.6" stroke-linecap="round"/></svg>';

const scopeMeanings = {
  profile: 'your name and your groups',
  email: 'your email address',
  groups: 'the groups you belong to',
  offline_access: 'access while you are away',
};

export function escape(text) {
  return String(text ?? '').replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

export function page(title, body) {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)} – Example ID</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<main>
<header>${logo}<span>Example ID, a provider for tests</span></header>
${body}
</main>
</body>
</html>
`;
}

export function loginPage({ action, client, accounts, user, error }) {
  const names = Object.keys(accounts)
    .map((name) => `<code>${escape(name)}</code>`)
    .join(' ');
  return page(
    'Sign in',
    `<h1>Sign in</h1>
<p>to continue to <strong>${escape(client)}</strong></p>
${error ? `<p class="bad" role="alert" id="problem">${escape(error)}</p>` : ''}
<form method="post" action="${escape(action)}">
<label for="login">User</label>
<input type="text" id="login" name="login" value="${escape(user)}" required autocomplete="username"
 autocapitalize="none" spellcheck="false" ${user && !error ? '' : 'autofocus'}
 ${error ? 'aria-describedby="problem" aria-invalid="true"' : ''}>
<label for="password">Password</label>
<input type="password" id="password" name="password" autocomplete="current-password" aria-describedby="hint"
 ${user && !error ? 'autofocus' : ''}>
<button type="submit">Sign in</button>
</form>
<p class="hint" id="hint">Accounts: ${names}<br>Any password is accepted.</p>`,
  );
}

export function consentPage({ action, client, user, scopes }) {
  const rows = scopes.map(
    (scope) => `<li><label><input type="checkbox" name="scope" value="${escape(scope)}" checked>
<span>${scopeMeanings[scope] ? `See <strong>${scopeMeanings[scope]}</strong>` : `Use <strong>${escape(scope)}</strong>`}
</span></label></li>`,
  );
  return page(
    'Allow access',
    `<h1>Allow access?</h1>
<p><strong>${escape(client)}</strong> wants to know who you are, <strong>${escape(user)}</strong>.</p>
<form method="post" action="${escape(action)}">
${rows.length ? `<ul>${rows.join('\n')}</ul>` : ''}
<button type="submit" name="decision" value="allow" autofocus>Allow</button>
<button type="submit" name="decision" value="deny" class="quiet">Cancel</button>
</form>`,
  );
}

/** The form itself comes from oidc-provider, with its own id and token. */
export function logoutPage({ form, client }) {
  return page(
    'Sign out',
    `<h1>Sign out?</h1>
<p>${client ? `<strong>${escape(client)}</strong> has signed you out. ` : ''}Sign out of Example ID as well?</p>
${form}
<button type="submit" form="op.logoutForm" name="logout" value="yes" autofocus>Sign out</button>
<button type="submit" form="op.logoutForm" class="quiet">Stay signed in</button>`,
  );
}

export function signedOutPage() {
  return page('Signed out', '<h1>You are signed out</h1>\n<p>You can close this page now.</p>');
}

export function errorPage(fields) {
  const rows = Object.entries(fields).map(
    ([name, value]) => `<li><strong>${escape(name)}</strong> ${escape(value)}</li>`,
  );
  return page(
    'Something went wrong',
    `<h1>This did not work</h1>
<p>The provider refused the request.</p>
<ul>${rows.join('\n')}</ul>`,
  );
}

export function userCodePage({ form, error }) {
  return page(
    'Connect a device',
    `<h1>Connect a device</h1>
<p>Type the code that your device shows.</p>
${error ? `<p class="bad" role="alert">${escape(error)}</p>` : ''}
${form}
<button type="submit" form="op.deviceInputForm">Continue</button>`,
  );
}

export function deviceConfirmPage({ form, client, code }) {
  return page(
    'Connect a device',
    `<h1>Connect this device?</h1>
<p><strong>${escape(client)}</strong> shows the code <strong>${escape(code)}</strong>.
Is it the same on your device?</p>
${form}
<button type="submit" form="op.deviceConfirmForm" autofocus>Continue</button>
<button type="submit" form="op.deviceConfirmForm" name="abort" value="yes" class="quiet">Cancel</button>`,
  );
}

export function devicePage() {
  return page('Device connected', '<h1>Your device is connected</h1>\n<p>You can close this page now.</p>');
}
