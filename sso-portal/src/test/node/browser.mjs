// A person at a browser: keeps cookies, signs in, answers pages.
export class Browser {
  #cookies = new Map()

  constructor(baseUrl) {
    this.baseUrl = baseUrl
  }

  async #send(url, init = {}) {
    const answer = await fetch(new URL(url, this.baseUrl), {
      ...init,
      redirect: 'manual',
      headers: { ...init.headers, cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    })
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)
      this.#cookies.set(name, value)
    }
    return { status: answer.status, location: answer.headers.get('location'), body: await answer.text() }
  }

  get(url) {
    return this.#send(url)
  }

  post(url, form) {
    return this.#send(url, { method: 'POST', body: new URLSearchParams(form) })
  }

  /** Follows redirects until one leads away from the portal. */
  async follow(answer) {
    while (answer.status === 303) {
      const url = new URL(answer.location, this.baseUrl)
      if (url.origin !== new URL(this.baseUrl).origin) {
        return url
      }
      answer = await this.get(url)
    }
    return answer
  }

  static field(page, name) {
    const found = new RegExp(`name="${name}" value="([^"]*)"`).exec(page.body)
    if (!found) {
      throw new Error(`no field ${name} in ${page.status} ${page.body}`)
    }
    return found[1].replaceAll('&amp;', '&')
  }

  async signIn(username, password) {
    const form = await this.get('/login/password')
    const answer = await this.post('/login/password', {
      csrf: Browser.field(form, 'csrf'), return: '/', username, password,
    })
    if (answer.status !== 303) {
      throw new Error(`sign-in answered ${answer.status}`)
    }
  }

  /** Goes to an authorization URL, consents if asked, and comes back with the app's URL. */
  async authorize(url) {
    let answer = await this.follow(await this.get(url))
    if (!(answer instanceof URL)) {
      answer = await this.follow(await this.post('/oauth2/consent', {
        csrf: Browser.field(answer, 'csrf'),
        request: Browser.field(answer, 'request'),
        session: Browser.field(answer, 'session'),
        decision: 'accept',
      }))
    }
    return answer
  }

  async connectDevice(userCode) {
    const form = await this.get('/device')
    const confirmation = await this.post('/device', { csrf: Browser.field(form, 'csrf'), user_code: userCode })
    await this.post('/device', {
      csrf: Browser.field(confirmation, 'csrf'), user_code: userCode, decision: 'accept',
    })
  }
}

export function check(condition, what) {
  if (!condition) {
    throw new Error(`not so: ${what}`)
  }
  console.log(`ok: ${what}`)
}
