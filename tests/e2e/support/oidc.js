/** An authorization server that others wrote and certified, in the place of Atlassian's, and a Confluence behind it. */

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request as ask } from 'node:http';
import { text } from 'node:stream/consumers';
import Provider from 'oidc-provider';
import { EMAIL, TOKEN, serveSite } from './fake.js';

const CONTEXT = '/confluence';
const CLIENT_ID = 'certified-client';
const ACCOUNT = { account_id: '557058:certified', name: 'Ada Example', email: EMAIL };

/** What can be asked for; the server drops other scopes silently. */
const CLOUD_SCOPES = [
  'read:space:confluence',
  'read:page:confluence',
  'read:hierarchical-content:confluence',
  'read:folder:confluence',
  'read:attachment:confluence',
  'read:comment:confluence',
  'read:label:confluence',
  'read:user:confluence',
  'read:content-details:confluence',
  'read:database:confluence',
  'read:whiteboard:confluence',
  'read:embed:confluence',
  'read:me',
  'offline_access',
];

const CLOUD_ROUTES = { authorization: '/authorize', token: '/oauth/token', revocation: '/oauth/revoke' };
const DATA_CENTER_ROUTES = Object.fromEntries(
  [['authorization', 'authorize'], ['token', 'token'], ['revocation', 'revoke']].map(([name, last]) => [
    name,
    `${CONTEXT}/rest/oauth2/latest/${last}`,
  ]),
);

/**
 * Serves a site whose sign-in is that of the certified server. Proof keys are required (S256 alone), refresh tokens rotate and end
 * everything when one comes twice, secrets come in the body. `serving` are further options of the site.
 *
 * The answer: `address` of the site, `origin` of the authorization server (Cloud: also that of the API), `clientId`,
 * `clientSecret`, `log` of what was asked, `issued` (every code and token so far), `endAccessTokens()` and `end()`.
 */
export async function serveCertified({ isCloud, redirect, expiresIn = 3600, serving = [] }) {
  const site = await serveSite(...serving, ...(isCloud ? [] : ['--data-center', CONTEXT]));
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${server.address().port}`;
  const clientSecret = randomBytes(24).toString('hex');
  const provider = new Provider(origin, configuration({ isCloud, redirect, expiresIn, clientSecret }));
  const { log, issued, live } = watch(provider);
  const behind = isCloud ? await cloud(site.address, origin, provider) : dataCenter(site.address, provider);
  const authorize = provider.callback();
  server.on('request', (request, response) => {
    answer(request, response, provider, behind, authorize).catch((error) => {
      response.writeHead(500).end(error.stack);
    });
  });
  return {
    address: isCloud ? site.address : `${origin}${CONTEXT}`,
    origin,
    clientId: CLIENT_ID,
    clientSecret,
    log,
    issued,
    endAccessTokens: async () => {
      await Promise.all([...live].map((token) => token.destroy()));
      live.clear();
    },
    end: () => {
      server.close();
      server.closeAllConnections();
      site.end();
    },
  };
}

function configuration({ isCloud, redirect, expiresIn, clientSecret }) {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: clientSecret,
        redirect_uris: [redirect],
        // The kind that may return to this computer by plain http or by a scheme of its own.
        application_type: 'native',
        token_endpoint_auth_method: 'client_secret_post',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
      },
    ],
    scopes: isCloud ? CLOUD_SCOPES : ['READ', 'WRITE'],
    routes: isCloud ? CLOUD_ROUTES : DATA_CENTER_ROUTES,
    pkce: { required: () => true },
    rotateRefreshToken: true,
    // Data Center has no scope for it: a refresh token always comes.
    issueRefreshToken: async (_context, _client, source) => !isCloud || source.scopes.has('offline_access'),
    allowOmittingSingleRegisteredRedirectUri: false,
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    features: { devInteractions: { enabled: false }, revocation: { enabled: true }, userinfo: { enabled: false } },
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    renderError: (context, { error, error_description: description }) => {
      context.type = 'html';
      context.body = page('Something went wrong', `<p>${escape(error)}</p><p>${escape(description ?? '')}</p>`);
    },
    cookies: { keys: [randomBytes(24).toString('hex')] },
    jwks: { keys: [privateKey.export({ format: 'jwk' })] },
    ttl: {
      AccessToken: expiresIn,
      AuthorizationCode: 60,
      Grant: 86_400,
      Interaction: 600,
      RefreshToken: 86_400,
      Session: 600,
    },
  };
}

/** What the server tells of its own doings. Tokens are words that it looks up, so that their ids are the tokens themselves. */
function watch(provider) {
  const log = { authorizations: 0, refusedAuthorizations: [], exchanges: 0, renewals: 0, refusals: [], endedGrants: 0 };
  const [issued, live] = [[], new Set()];
  provider.on('authorization.success', () => (log.authorizations += 1));
  provider.on('authorization.error', (_context, error) => log.refusedAuthorizations.push(error.error));
  provider.on('grant.success', (context) => {
    log[context.oidc.params.grant_type === 'refresh_token' ? 'renewals' : 'exchanges'] += 1;
  });
  provider.on('grant.error', (_context, error) => log.refusals.push(`${error.error}: ${error.error_detail ?? error.message}`));
  provider.on('grant.revoked', () => (log.endedGrants += 1));
  for (const kind of ['access_token', 'refresh_token', 'authorization_code']) {
    provider.on(`${kind}.saved`, (token) => {
      if (!issued.includes(token.jti)) issued.push(token.jti);
      if (kind === 'access_token') live.add(token);
    });
  }
  return { log, issued, live };
}

async function answer(request, response, provider, behind, authorize) {
  const { pathname } = new URL(request.url, provider.issuer);
  if (pathname.startsWith('/interaction/')) return await interact(request, response, provider);
  if (await behind(request, response, pathname)) return;
  authorize(request, response);
}

function escape(value) {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

function page(title, body) {
  return `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>${title}</title><main><h1>${title}</h1>${body}</main></html>`;
}

/** One page for logging in and consenting. */
async function interact(request, response, provider) {
  const { params, grantId } = await provider.interactionDetails(request, response);
  if (request.method === 'GET') {
    const scopes = (params.scope ?? '').split(' ').map((scope) => `<li>${escape(scope)}</li>`);
    const buttons = ['Accept', 'Cancel'].map((name) => `<button name="answer" value="${name}">${name}</button>`);
    const form = `<p>${ACCOUNT.name}</p><ul>${scopes.join('')}</ul><form method="post">${buttons.join(' ')}</form>`;
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(page('An app is requesting access', form));
    return;
  }
  const accepted = new URLSearchParams(await text(request)).get('answer') === 'Accept';
  if (!accepted) {
    const refusal = { error: 'access_denied', error_description: 'The person said no' };
    await provider.interactionFinished(request, response, refusal, { mergeWithLastSubmission: false });
    return;
  }
  const accountId = ACCOUNT.account_id;
  const known = grantId && (await provider.Grant.find(grantId));
  const grant = known || new provider.Grant({ accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  const result = { login: { accountId }, consent: { grantId: await grant.save() } };
  await provider.interactionFinished(request, response, result);
}

/** The live token that signs a request. */
async function tokenOf(request, provider) {
  const [, word] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? [];
  return word && (await provider.AccessToken.find(word));
}

/** Hands a request on; `authorization` replaces the one that it came with. */
function forward(request, response, origin, authorization) {
  const headers = { ...request.headers, host: new URL(origin).host, authorization };
  if (!authorization) delete headers.authorization;
  const onward = ask(new URL(request.url, origin), { method: request.method, headers }, (reply) => {
    response.writeHead(reply.statusCode, reply.headers);
    reply.pipe(response);
  });
  onward.on('error', () => response.destroy());
  request.pipe(onward);
}

function send(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** The gateway and what else Atlassian's API has for the sign-in. Answers whether the request was for it. */
async function cloud(site, origin, provider) {
  const { cloudId } = await (await fetch(`${site}/_edge/tenant_info`)).json();
  const basic = `Basic ${Buffer.from(`${EMAIL}:${TOKEN}`).toString('base64')}`;
  return async (request, response, path) => {
    const isGateway = path.startsWith('/ex/confluence/');
    if (!isGateway && path !== '/me' && path !== '/oauth/token/accessible-resources') return false;
    const token = await tokenOf(request, provider);
    if (!token) {
      send(response, 401, { code: 401, message: 'Unauthorized' });
    } else if (isGateway) {
      forward(request, response, site, basic);
    } else if (path !== '/me') {
      const scopes = token.scope.split(' ').filter((scope) => scope.endsWith(':confluence'));
      send(response, 200, [{ id: cloudId, name: 'Certified wiki', url: site, scopes, avatarUrl: `${origin}/avatar` }]);
    } else if (token.scope.split(' ').includes('read:me')) {
      send(response, 200, ACCOUNT);
    } else {
      send(response, 403, { code: 403, message: 'Forbidden' });
    }
    return true;
  };
}

/** The site but for its sign-in. A request whose token is dead goes on without one. */
function dataCenter(site, provider) {
  return async (request, response, path) => {
    if (!path.startsWith(`${CONTEXT}/`) || path.startsWith(`${CONTEXT}/rest/oauth2/`)) return false;
    const token = await tokenOf(request, provider);
    forward(request, response, site, token && `Bearer ${TOKEN}`);
    return true;
  };
}
