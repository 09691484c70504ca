import type { AgentRef } from './types';

/** A refusal of the server (RFC 9457). `title` is stable and is what the window translates. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly problem: Record<string, unknown> = {},
  ) {
    super(title);
    this.name = 'ApiError';
  }

  get assignee(): AgentRef | null {
    const { assignee } = this.problem;
    return typeof assignee === 'object' && assignee !== null && 'name' in assignee ? (assignee as AgentRef) : null;
  }
}

/** Nobody answered: the request may or may not have been carried out. */
export class NoAnswer extends Error {
  constructor() {
    super('no-answer');
    this.name = 'NoAnswer';
  }
}

const ANSWER_WITHIN_MS = 20_000;
let antiforgeryToken: string | null = null;
let unauthorized: () => void = () => {};

export const setAntiforgeryToken = (token: string | null) => {
  antiforgeryToken = token;
};
export const onUnauthorized = (handler: () => void) => {
  unauthorized = handler;
};

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export async function call<T>(method: Method, url: string, body?: unknown): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (method !== 'GET' && antiforgeryToken) headers['X-XSRF-TOKEN'] = antiforgeryToken;
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      headers,
      credentials: 'same-origin',
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
  } catch {
    throw new NoAnswer();
  }
  const answer = await readJson(response);
  if (response.ok) return answer as T;
  const problem = typeof answer === 'object' && answer !== null ? (answer as Record<string, unknown>) : {};
  const title = typeof problem.title === 'string' ? problem.title : `http.${response.status}`;
  if (response.status === 401 && !(method === 'POST' && url === '/api/session')) unauthorized();
  throw new ApiError(response.status, title, problem);
}

async function readJson(response: Response): Promise<unknown> {
  try {
    const text = await response.text();
    return text ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}
