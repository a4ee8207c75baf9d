// oauth4webapi: code with PKCE, signed introspection, client credentials with DPoP and nonces, refresh.
import * as oauth from 'oauth4webapi'
import { Browser, check } from './browser.mjs'

const { PORTAL, PASSWORD, CALLBACK, SECRET } = process.env
const insecure = { [oauth.allowInsecureRequests]: true }
const issuer = new URL(PORTAL)
const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure))
const ann = new Browser(PORTAL)
await ann.signIn('ann', PASSWORD)

async function code() {
  const app = { client_id: 'web' }
  const auth = oauth.ClientSecretBasic(SECRET)
  const verifier = oauth.generateRandomCodeVerifier()
  const state = oauth.generateRandomState()
  const nonce = oauth.generateRandomNonce()
  const url = new URL(as.authorization_endpoint)
  url.search = new URLSearchParams({
    client_id: 'web', redirect_uri: CALLBACK, response_type: 'code', scope: 'openid email offline_access', state, nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
  })
  const answer = oauth.validateAuthResponse(as, app, await ann.authorize(url), state)
  const tokens = await oauth.processAuthorizationCodeResponse(
    as, app,
    await oauth.authorizationCodeGrantRequest(as, app, auth, answer, CALLBACK, verifier, insecure),
    { expectedNonce: nonce, requireIdToken: true })
  const subject = oauth.getValidatedIdTokenClaims(tokens).sub
  const userInfo = await oauth.processUserInfoResponse(
    as, app, subject, await oauth.userInfoRequest(as, app, tokens.access_token, insecure))
  check(userInfo.email === 'ann@example.com', 'userinfo tells the address')
  const refreshed = await oauth.processRefreshTokenResponse(
    as, app, await oauth.refreshTokenGrantRequest(as, app, auth, tokens.refresh_token, insecure))
  check(refreshed.refresh_token !== tokens.refresh_token, 'the refresh token rotates')
  const answered = await oauth.introspectionRequest(
    as, app, auth, refreshed.access_token, { ...insecure, requestJwtResponse: true })
  check(answered.headers.get('content-type').startsWith('application/token-introspection+jwt'), 'introspection is signed')
  check((await oauth.processIntrospectionResponse(as, app, answered)).active, 'and says that the token is good')
}

async function clientCredentials() {
  const robot = { client_id: 'batch' }
  const auth = oauth.ClientSecretBasic(SECRET)
  const DPoP = oauth.DPoP(robot, await oauth.generateKeyPair('ES256'))
  const request = () => oauth.clientCredentialsGrantRequest(
    as, robot, auth, new URLSearchParams({ scope: 'orders' }), { ...insecure, DPoP })
  const process = async () => oauth.processClientCredentialsResponse(as, robot, await request())
  let tokens
  try {
    tokens = await process()
  } catch (e) {
    check(oauth.isDPoPNonceError(e), 'a nonce is wanted')
    tokens = await process()
  }
  check(tokens.token_type === 'dpop', 'the service account has a bound token')
}

await code()
await clientCredentials()
