// SPDX-License-Identifier: Apache-2.0
// The configuration of oidc-provider for the test provider. Lifetimes and policies are read from `settings` at each
// request, so that a test can change them while the provider runs.
import { interactionPolicy } from 'oidc-provider';
import * as pages from './pages.mjs';

export const routes = {
  authorization: '/authorize',
  backchannel_authentication: '/backchannel',
  code_verification: '/device',
  device_authorization: '/device/code',
  end_session: '/logout',
  introspection: '/introspect',
  jwks: '/jwks',
  pushed_authorization_request: '/par',
  registration: '/register',
  revocation: '/revoke',
  token: '/token',
  userinfo: '/userinfo',
};

/** Ask for a new sign-in when the session's acr is none of those that were requested. */
function policy() {
  const { Check, base } = interactionPolicy;
  const prompts = base();
  prompts.get('login').checks.add(
    new Check('requested_acr', 'another authentication context was requested', (ctx) => {
      const { params, session, result } = ctx.oidc;
      const wanted = params.acr_values ? params.acr_values.split(' ') : [];
      const unmet = wanted.length > 0 && session.accountId && !wanted.includes(session.acr) && !result?.login;
      return unmet ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT;
    }),
  );
  return prompts;
}

/** The grant of an earlier consent; without consent pages, one over all that is asked for. */
async function loadExistingGrant(ctx, settings) {
  const { client, session, result, provider, requestParamOIDCScopes, requestParamClaims, resourceServers } = ctx.oidc;
  const known = result?.consent?.grantId ?? session.grantIdFor(client.clientId);
  const found = known ? await provider.Grant.find(known) : undefined;
  if (settings.consent) return found;
  const grant = found ?? new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope([...requestParamOIDCScopes].join(' '));
  grant.addOIDCClaims([...requestParamClaims]);
  for (const [indicator, server] of Object.entries(resourceServers ?? {})) {
    grant.addResourceScope(indicator, [...server.scopes].join(' '));
  }
  await grant.save();
  return grant;
}

function issueRefreshToken(client, code, settings) {
  if (!client.grantTypeAllowed('refresh_token')) return false;
  return (
    settings.refreshTokens === 'always' ||
    (settings.refreshTokens === 'offline_access' && code.scopes.has('offline_access'))
  );
}

function resourceIndicators(settings) {
  return {
    enabled: true,
    useGrantedResource: () => true,
    getResourceServerInfo: (ctx, indicator) => {
      const api = settings.apis[indicator];
      if (!api) throw new ctx.oidc.provider.constructor.errors.InvalidTarget();
      return {
        scope: api.scope ?? '',
        audience: api.audience ?? indicator,
        accessTokenFormat: 'jwt',
        accessTokenTTL: settings.accessTokenSeconds,
        jwt: { sign: { alg: api.alg ?? 'RS256' } },
      };
    },
  };
}

function features(settings) {
  const show = (ctx, html) => {
    ctx.type = 'html';
    ctx.body = html;
  };
  const clientName = (ctx) => ctx.oidc.client?.clientName ?? ctx.oidc.client?.clientId;
  return {
    devInteractions: { enabled: false },
    revocation: { enabled: true },
    introspection: { enabled: true, allowedPolicy: () => true },
    userinfo: { enabled: true },
    jwtUserinfo: { enabled: true },
    backchannelLogout: { enabled: true },
    clientCredentials: { enabled: true },
    pushedAuthorizationRequests: { enabled: settings.par },
    resourceIndicators: resourceIndicators(settings),
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (ctx, form) => show(ctx, pages.logoutPage({ form, client: clientName(ctx) })),
      postLogoutSuccessSource: (ctx) => show(ctx, pages.signedOutPage()),
    },
    deviceFlow: {
      enabled: true,
      userCodeInputSource: (ctx, form, out, error) =>
        show(
          ctx,
          pages.userCodePage({
            form,
            error: error && 'That code is wrong or has expired.',
          }),
        ),
      userCodeConfirmSource: (ctx, form, client, info, code) =>
        show(
          ctx,
          pages.deviceConfirmPage({
            form,
            client: client.clientName ?? client.clientId,
            code,
          }),
        ),
      successSource: (ctx) => show(ctx, pages.devicePage()),
    },
  };
}

export function configuration({ settings, store, findAccount, keys, cookieKeys, port }) {
  return {
    adapter: store.adapter(),
    findAccount: async (ctx, sub) => {
      const account = findAccount(sub);
      return account && { accountId: sub, claims: async () => account.claims };
    },
    jwks: { keys },
    routes,
    features: features(settings),
    interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}`, policy: policy() },
    cookies: {
      keys: cookieKeys,
      // Browsers share cookies between the ports of a host: two providers must not share names.
      names: { session: `op_session_${port}`, interaction: `op_interaction_${port}`, resume: `op_resume_${port}` },
      long: { signed: true, sameSite: 'lax' },
      short: { signed: true, sameSite: 'lax' },
    },
    responseTypes: ['code'],
    scopes: ['openid', 'offline_access', ...settings.scopes],
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified'],
      profile: ['name', 'given_name', 'family_name', 'preferred_username', 'groups'],
      groups: ['groups'],
    },
    acrValues: settings.acrValues,
    conformIdTokenClaims: settings.claimsIn === 'userinfo',
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
    clientDefaults: { grant_types: ['authorization_code', 'refresh_token'] },
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'PS256', 'ES256', 'EdDSA'] },
    pkce: { methods: ['S256'], required: () => settings.pkce },
    rotateRefreshToken: () => settings.rotateRefreshTokens,
    issueRefreshToken: async (ctx, client, code) => issueRefreshToken(client, code, settings),
    expiresWithSession: () => false,
    loadExistingGrant: (ctx) => loadExistingGrant(ctx, settings),
    renderError: (ctx, out) => {
      ctx.type = 'html';
      ctx.body = pages.errorPage(out);
    },
    ttl: {
      AccessToken: () => settings.accessTokenSeconds,
      AuthorizationCode: () => settings.codeSeconds,
      ClientCredentials: () => settings.accessTokenSeconds,
      DeviceCode: () => settings.deviceCodeSeconds,
      Grant: () => settings.refreshTokenSeconds,
      IdToken: () => settings.idTokenSeconds,
      Interaction: () => 3600,
      RefreshToken: () => settings.refreshTokenSeconds,
      Session: () => settings.sessionSeconds,
    },
  };
}
