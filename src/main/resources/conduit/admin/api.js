// Requests to the admin listener, with the token that it asks for, if it does.

const KEPT_AS = 'conduit-token';

/** The listener wants a token, or another one. */
export class TokenNeeded extends Error {}

export function keepToken(token) {
  sessionStorage.setItem(KEPT_AS, token);
}

/** The answer to a request that is allowed; whatever else there is to say is thrown as an Error. */
export async function ask(path, method = 'GET') {
  const headers = {};
  const token = sessionStorage.getItem(KEPT_AS);
  if (token !== null) {
    headers.Authorization = `Bearer ${token}`;
  }
  if (method !== 'GET') {
    headers['X-Conduit-Request'] = 'page';
  }
  const answer = await fetch(path, {method, headers, signal: AbortSignal.timeout(10_000)});
  if (answer.status === 401) {
    throw new TokenNeeded();
  }
  if (!answer.ok) {
    throw new Error(await reason(answer));
  }
  return answer;
}

async function reason(answer) {
  try {
    return (await answer.json()).error;
  } catch {
    return `${answer.status} ${answer.statusText}`;
  }
}
