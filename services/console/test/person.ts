/** A person in front of a browser, as far as HTTP goes: cookies by host as browsers keep them, redirects followed by hand. */
export interface HttpPerson {
  /** Follows the login at the identity provider to its end. @returns where he came out */
  logIn(username: string, password: string, to?: string): Promise<Response>;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  /** As a page of the console asks. */
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  cookies: Map<string, string>;
}

const mostRedirects = 12;

export function httpPerson(consoleUrl: string): HttpPerson {
  const { origin } = new URL(consoleUrl);
  // Ports do not part cookies: on one machine, console and provider see each other's.
  const cookies = new Map<string, string>();
  const ask = async (url: string, init: RequestInit = {}): Promise<Response> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...(init.headers as Record<string, string>), ...(cookie === '' ? {} : { cookie }) };
    const response = await fetch(url, { ...init, redirect: 'manual', headers });
    for (const set of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = set.split('; ');
      const [name = '', value = ''] = pair.split(/=(.*)/s);
      const over = attributes.some((one) => /^max-age=0$/i.test(one) || /^expires=thu, 01 jan 1970/i.test(one));
      if (over) cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  };
  const follow = async (start: Response, from: string): Promise<{ response: Response; url: string }> => {
    let [response, url] = [start, from];
    for (let n = 0; n < mostRedirects && response.headers.has('location'); n += 1) {
      url = new URL(response.headers.get('location') ?? '', url).href;
      response = await ask(url);
    }
    return { response, url };
  };
  return {
    cookies,
    logIn: async (username, password, to = '/') => {
      const start = `${origin}/session/login?to=${encodeURIComponent(to)}`;
      const { response, url } = await follow(await ask(start), start);
      // The provider still knows him: he was not asked.
      if (new URL(url).origin === origin) return response;
      const answer = await ask(url, { method: 'POST', body: new URLSearchParams({ username, password }) });
      const end = await follow(answer, url);
      Object.defineProperty(end.response, 'url', { value: end.url });
      return end.response;
    },
    get: (path, headers) => ask(`${origin}${path}`, headers === undefined ? {} : { headers }),
    send: (method, path, body, headers = {}) =>
      ask(`${origin}${path}`, {
        method,
        headers: { origin, 'x-arrears-console': '1', 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
  };
}
