// SPDX-License-Identifier: Apache-2.0
// The provider's own sign-in and consent: a page for a person, or, with settings.autoLogin, an answer at once.
import { buffer } from 'node:stream/consumers';
import { findAccount } from '../accounts.mjs';
import * as pages from './pages.mjs';

async function readForm(ctx) {
  return new URLSearchParams((await buffer(ctx.req)).toString('utf8'));
}

/** Which acr the sign-in gets: the first requested one that the provider knows. */
function acrFor(params, settings) {
  const wanted = (params.acr_values ?? '').split(' ').filter((value) => settings.acrValues.includes(value));
  return wanted[0] ?? settings.acrValues[0];
}

/** What the visitor allowed is added to the grant, what was left out is noted as refused. */
async function grantFor(provider, interaction, isAllowed) {
  const {
    prompt: { details },
    params,
    session,
    grantId,
  } = interaction;
  const grant =
    (grantId && (await provider.Grant.find(grantId))) ??
    new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  for (const scope of details.missingOIDCScope ?? []) {
    if (isAllowed(scope)) grant.addOIDCScope(scope);
    else grant.rejectOIDCScope(scope);
  }
  if (details.missingOIDCClaims) grant.addOIDCClaims(details.missingOIDCClaims);
  for (const [indicator, scopes] of Object.entries(details.missingResourceScopes ?? {})) {
    grant.addResourceScope(indicator, scopes.join(' '));
  }
  return grant.save();
}

class Interactions {
  constructor({ provider, settings, accounts }) {
    Object.assign(this, { provider, settings, accounts });
  }

  finish(ctx, result) {
    ctx.respond = false;
    return this.provider.interactionFinished(ctx.req, ctx.res, result, { mergeWithLastSubmission: true });
  }

  login(ctx, interaction, account) {
    const acr = acrFor(interaction.params, this.settings);
    return this.finish(ctx, { login: { accountId: account.claims.sub, acr, amr: ['pwd'], remember: true } });
  }

  async clientName(interaction) {
    const client = await this.provider.Client.find(interaction.params.client_id);
    return client.clientName ?? client.clientId;
  }

  async showLogin(ctx, interaction, extra) {
    const client = await this.clientName(interaction);
    const user = interaction.params.login_hint;
    ctx.type = 'html';
    ctx.body = pages.loginPage({ action: ctx.path, accounts: this.accounts, client, user, ...extra });
  }

  async showConsent(ctx, interaction) {
    const { prompt, session } = interaction;
    const { missingOIDCScope = [], missingResourceScopes = {} } = prompt.details;
    const scopes = [...missingOIDCScope, ...Object.values(missingResourceScopes).flat()];
    ctx.type = 'html';
    ctx.body = pages.consentPage({
      action: ctx.path,
      client: await this.clientName(interaction),
      user: findAccount(session.accountId, this.accounts)?.login ?? session.accountId,
      scopes: scopes.filter((scope) => scope !== 'openid'),
    });
  }

  async allow(ctx, interaction, isAllowed) {
    return this.finish(ctx, { consent: { grantId: await grantFor(this.provider, interaction, isAllowed) } });
  }

  async show(ctx, interaction) {
    const account = this.settings.autoLogin && findAccount(this.settings.autoLogin, this.accounts);
    if (interaction.prompt.name === 'login') {
      return account ? this.login(ctx, interaction, account) : this.showLogin(ctx, interaction);
    }
    return account ? this.allow(ctx, interaction, () => true) : this.showConsent(ctx, interaction);
  }

  async submit(ctx, interaction) {
    const form = await readForm(ctx);
    if (interaction.prompt.name === 'login') {
      const account = findAccount(form.get('login'), this.accounts);
      if (account) return this.login(ctx, interaction, account);
      ctx.status = 401;
      return this.showLogin(ctx, interaction, { user: form.get('login'), error: 'There is no such account here.' });
    }
    if (form.get('decision') !== 'allow') {
      return this.finish(ctx, { error: 'access_denied', error_description: 'End-User aborted interaction' });
    }
    const ticked = form.getAll('scope');
    return this.allow(ctx, interaction, (scope) => scope === 'openid' || ticked.includes(scope));
  }
}

/** A Koa middleware that answers below /interaction/. */
export function interactions(options) {
  const own = new Interactions(options);
  return async function interaction(ctx, next) {
    if (!ctx.path.startsWith('/interaction/')) return next();
    let details;
    try {
      details = await options.provider.interactionDetails(ctx.req, ctx.res);
    } catch {
      ctx.status = 400;
      ctx.type = 'html';
      ctx.body = pages.errorPage({ error: 'invalid_request', error_description: 'This sign-in has expired.' });
      return undefined;
    }
    ctx.set('cache-control', 'no-store');
    return ctx.method === 'POST' ? own.submit(ctx, details) : own.show(ctx, details);
  };
}
