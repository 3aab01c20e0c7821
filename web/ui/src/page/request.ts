// Requests to our own server, with the anti-forgery token that marks them as the page's.

const token = (): string => document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";

export function headers(more: Record<string, string> = {}): Record<string, string> {
  return { "X-CSRF-Token": token(), ...more };
}

export interface Fragment {
  ok: boolean;
  status: number;
  html: string;
}

/** Posts form fields and gives back the fragment, which is also what an error comes as. Rejects only without a network. */
export async function postForm(url: string, fields: Record<string, string> | URLSearchParams, signal?: AbortSignal): Promise<Fragment> {
  const response = await fetch(url, {
    method: "POST",
    headers: headers({ Accept: "text/html" }),
    body: new URLSearchParams(fields),
    redirect: "follow",
    ...(signal ? { signal } : {}),
  });
  if (signedOut(response)) return leaveToSignIn();
  return { ok: response.ok, status: response.status, html: await response.text() };
}

export async function getFragment(url: string): Promise<Fragment> {
  const response = await fetch(url, { headers: headers({ Accept: "text/html" }) });
  if (signedOut(response)) return leaveToSignIn();
  return { ok: response.ok, status: response.status, html: await response.text() };
}

export interface Saved {
  status: number;
  body: unknown;
}

/** Posts form fields and gives back JSON. Rejects only without a network. */
export async function postForJson(url: string, fields: URLSearchParams): Promise<Saved> {
  const response = await fetch(url, { method: "POST", headers: headers({ Accept: "application/json" }), body: fields });
  const body: unknown = await response.json().catch(() => null);
  return { status: response.status, body };
}

export async function putJson(url: string, value: unknown, keepalive = false): Promise<Saved> {
  const response = await fetch(url, {
    method: "PUT",
    headers: headers({ Accept: "application/json", "Content-Type": "application/json" }),
    body: JSON.stringify(value),
    keepalive,
  });
  const body: unknown = await response.json().catch(() => null);
  return { status: response.status, body };
}

/** A session that ended answers with the sign-in page. */
function signedOut(response: Response): boolean {
  return response.redirected && new URL(response.url).pathname === "/sign-in";
}

/** To the sign-in page, and back here from it. Never ends: the page is left. */
export function leaveToSignIn(): Promise<never> {
  location.assign(`/sign-in?next=${encodeURIComponent(location.pathname)}`);
  return new Promise(() => {});
}

/** What is shown when there is no answer at all. The words are in the page's own notice style. */
export function offlineNotice(): HTMLElement {
  const notice = document.createElement("p");
  notice.className = "notice notice-warn";
  notice.textContent = "The server cannot be reached. Your text is kept on this device; try again in a moment.";
  return notice;
}
