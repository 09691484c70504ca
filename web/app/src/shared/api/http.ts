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

/** It may well be answered when it is asked again: nobody was there, or the server was in trouble. */
export const isPassing = (error: unknown) => error instanceof NoAnswer || (error instanceof ApiError && error.status >= 500);

/** It is not ours to see. */
export const isForbidden = (error: unknown) => error instanceof ApiError && error.status === 403;

/** It is not ours to see, or there no more: what was read of it before is not shown either. */
export const isDenied = (error: unknown) => isForbidden(error) || (error instanceof ApiError && error.status === 404);

const ANSWER_WITHIN_MS = 20_000;
/** A large file on a slow line. */
const TAKE_WITHIN_MS = 180_000;
let agent: string | null = null;
let unauthorized: () => void = () => {};

/** Who signed in at this window. From another tab of this browser somebody else may have signed in since; the Gateway compares. */
export const setAgent = (id: string | null) => {
  agent = id;
};
export const onUnauthorized = (handler: () => void) => {
  unauthorized = handler;
};

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export const call = <T>(method: Method, url: string, body?: unknown, within = ANSWER_WITHIN_MS): Promise<T> =>
  ask(
    method,
    url,
    body === undefined ? {} : { 'Content-Type': 'application/json' },
    body === undefined ? undefined : JSON.stringify(body),
    within,
  );

/** Posts a file as it is. Its name travels beside it, not in the address, where it would be written down. */
export const upload = <T>(url: string, file: File): Promise<T> =>
  ask(
    'POST',
    url,
    {
      'Content-Type': file.type || 'application/octet-stream',
      'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`)}`,
    },
    file,
    TAKE_WITHIN_MS,
  );

/** Fetches a file whose absence has something to say; where it has not, a link does. */
export async function download(url: string): Promise<{ name: string; content: Blob }> {
  const response = await answered('GET', url, {}, undefined, TAKE_WITHIN_MS);
  const name = /filename="?([^";]+)/.exec(response.headers.get('Content-Disposition') ?? '')?.[1] ?? 'file';
  try {
    return { name, content: await response.blob() };
  } catch {
    throw new NoAnswer();
  }
}

async function ask<T>(
  method: Method,
  url: string,
  content: Record<string, string>,
  body: BodyInit | undefined,
  within: number,
): Promise<T> {
  return (await readJson(await answered(method, url, content, body, within))) as T;
}

async function answered(
  method: Method,
  url: string,
  content: Record<string, string>,
  body: BodyInit | undefined,
  within: number,
): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json', ...content };
  const signsIn = method === 'POST' && url === '/api/session';
  if (agent && !signsIn) headers['MedCrm-Agent'] = agent;
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      headers,
      credentials: 'same-origin',
      body,
      signal: AbortSignal.timeout(within),
    });
  } catch {
    throw new NoAnswer();
  }
  if (response.ok) return response;
  const answer = await readJson(response);
  const problem = typeof answer === 'object' && answer !== null ? (answer as Record<string, unknown>) : {};
  const title = typeof problem.title === 'string' ? problem.title : `http.${response.status}`;
  if (response.status === 401 && !signsIn) unauthorized();
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
