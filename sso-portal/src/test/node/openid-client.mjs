// openid-client: FAPI 2.0 (PAR, DPoP, private_key_jwt), JARM, the device flow, dynamic registration, logout.
import * as client from 'openid-client'
import { importJWK } from 'jose'
import { Browser, check } from './browser.mjs'

const { PORTAL, PASSWORD, CALLBACK, CLIENT_JWK } = process.env
const insecure = { execute: [client.allowInsecureRequests] }
const ann = new Browser(PORTAL)
await ann.signIn('ann', PASSWORD)

async function fapi() {
  const jwk = JSON.parse(CLIENT_JWK)
  const config = await client.discovery(
    new URL(PORTAL),
    'fapi',
    { id_token_signed_response_alg: 'ES256', authorization_signed_response_alg: 'ES256' },
    client.PrivateKeyJwt({ key: await importJWK(jwk, 'ES256'), kid: jwk.kid }),
    insecure,
  )
  const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'))
  for (const jarm of [false, true]) {
    if (jarm) {
      client.useJwtResponseMode(config)
    }
    const pkceCodeVerifier = client.randomPKCECodeVerifier()
    const expectedNonce = client.randomNonce()
    const expectedState = client.randomState()
    const url = await client.buildAuthorizationUrlWithPAR(config, {
      redirect_uri: CALLBACK,
      scope: 'openid profile offline_access',
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      nonce: expectedNonce,
      state: expectedState,
    }, { DPoP })
    check(url.searchParams.get('request_uri').startsWith('urn:'), 'the request was pushed')
    const back = await ann.authorize(url)
    check(jarm === back.searchParams.has('response'), `the answer is ${jarm ? 'signed' : 'plain'}`)
    const tokens = await client.authorizationCodeGrant(
      config, back, { pkceCodeVerifier, expectedNonce, expectedState, idTokenExpected: true }, undefined, { DPoP })
    check(tokens.token_type === 'dpop', 'the access token is bound')
    const userInfo = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub, { DPoP })
    check(userInfo.given_name === 'Ann', 'userinfo takes the proof')
    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP })
    check(refreshed.access_token !== tokens.access_token, 'the refresh token gives another access token')
    const introspected = await client.tokenIntrospection(config, refreshed.access_token)
    check(introspected.active && introspected.cnf.jkt, 'introspection tells the binding')
    await client.tokenRevocation(config, refreshed.access_token)
    check(!(await client.tokenIntrospection(config, refreshed.access_token)).active, 'revoked is revoked')
  }
}

async function device() {
  const config = await client.discovery(new URL(PORTAL), 'tv', undefined, client.None(), insecure)
  const begun = await client.initiateDeviceAuthorization(config, { scope: 'openid profile' })
  await ann.connectDevice(begun.user_code)
  const tokens = await client.pollDeviceAuthorizationGrant(config, begun)
  check(tokens.claims().iss === PORTAL, 'the device has its tokens')
}

async function registration() {
  const config = await client.dynamicClientRegistration(
    new URL(PORTAL),
    {
      redirect_uris: [CALLBACK],
      client_name: 'Registered by openid-client',
      token_endpoint_auth_method: 'client_secret_post',
      id_token_signed_response_alg: 'EdDSA',
    },
    undefined,
    insecure,
  )
  const pkceCodeVerifier = client.randomPKCECodeVerifier()
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope: 'openid email',
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  })
  const tokens = await client.authorizationCodeGrant(config, await ann.authorize(url), { pkceCodeVerifier })
  check(tokens.claims().aud === config.clientMetadata().client_id, 'the registered app has its tokens')
}

async function logout() {
  const config = await client.discovery(
    new URL(PORTAL), 'web', undefined, client.ClientSecretBasic(process.env.SECRET), insecure)
  const pkceCodeVerifier = client.randomPKCECodeVerifier()
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope: 'openid',
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  })
  const tokens = await client.authorizationCodeGrant(config, await ann.authorize(url), { pkceCodeVerifier })
  const landed = await ann.follow(await ann.get(client.buildEndSessionUrl(config, {
    id_token_hint: tokens.id_token, post_logout_redirect_uri: process.env.LANDING, state: 'bye',
  })))
  check(landed.searchParams.get('state') === 'bye', 'the person lands where the app wants her')
  check(!(await client.tokenIntrospection(config, tokens.access_token)).active, 'the token is worth nothing')
}

await fapi()
await device()
await registration()
await logout()
