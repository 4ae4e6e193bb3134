/** Pages of the local provider: plain HTML, no script but the one that confirms a logout. */
export interface LoginPage {
  uid: string;
  usernames: readonly string[];
  /** A user name that was refused just now. */
  refused?: string;
}

export function loginPage({ uid, usernames, refused }: LoginPage): string {
  const options = usernames.map((name) => `<option value="${escaped(name)}"></option>`).join('');
  const said =
    refused === undefined
      ? ''
      : '<p role="alert">用户名或密码不正确。 <span lang="en">Wrong name or password.</span></p>';
  return page(
    '登录 · Log in',
    `<h1>登录 <span lang="en">Log in</span></h1>
<p>本机演示用身份服务。 <span lang="en">The identity provider of this machine's demo.</span></p>
${said}
<form method="post" action="/interaction/${escaped(uid)}">
<label for="username">用户名 <span lang="en">User name</span></label>
<input id="username" name="username" list="usernames" autocomplete="username" required autofocus value="${escaped(refused ?? '')}">
<datalist id="usernames">${options}</datalist>
<label for="password">密码 <span lang="en">Password</span></label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button type="submit">登录 <span lang="en">Log in</span></button>
</form>`,
  );
}

/** Whoever asked to be logged out is: the form of the provider is sent by itself, or by hand where scripts are off. */
export function logoutPage(form: string): string {
  return page(
    '退出 · Log out',
    `${form}<button type="submit" form="op.logoutForm" name="logout" value="yes">退出 <span lang="en">Log out</span></button>
<script>document.querySelector('button').click()</script>`,
  );
}

export const loggedOutPage = (): string =>
  page('已退出 · Logged out', '<h1>已退出 <span lang="en">You are logged out</span></h1>');

export const goneAway = (): string =>
  page(
    '请重新登录 · Start again',
    '<h1>登录已过期 <span lang="en">This login has expired</span></h1><p>请回到控制台重新登录。 <span lang="en">Go back to the console and log in again.</span></p>',
  );

const page = (title: string, body: string): string => `<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body { font: 16px/1.5 system-ui, sans-serif; margin: 10vh auto; max-width: 22rem; padding: 0 1rem; color: #1f1f1f; background: #fff }
h1 { font-size: 1.4rem } label { display: block; margin-top: 1rem }
input { font: inherit; width: 100%; box-sizing: border-box; padding: .5rem }
button { font: inherit; margin-top: 1.5rem; padding: .5rem 1.5rem } [role=alert] { color: #b3261e } [lang=en] { color: #595959 }
@media (prefers-color-scheme: dark) { body { color: #f0f0f0; background: #141414 } [lang=en] { color: #a6a6a6 } [role=alert] { color: #ffb4ab } }
</style></head><body><main>${body}</main></body></html>`;

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
