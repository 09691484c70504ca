import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from './desk';

/** The published hub. Tests that need other settings than the suite's start it once more, for themselves. */
export const program = process.env.MEDCRM_HUB ?? '';

export const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

export interface OwnHub {
  url: string;
  stop: () => Promise<void>;
}

/** On data of its own. Settings of the suite's hub hold unless they are said anew; undefined takes one away. */
export async function startHub(args: string[], settings: Record<string, string | undefined>): Promise<OwnHub> {
  const data = mkdtempSync(join(tmpdir(), 'medcrm-hub-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const hub = spawn('dotnet', [program, 'up', ...args, '--port', String(port), '--data', join(data, 'hub')], {
    cwd: data,
    env: { ...process.env, ...settings },
    stdio: 'ignore',
  });
  const ended = new Promise<void>((resolve) => hub.once('exit', () => resolve()));
  const ready = () =>
    fetch(`${url}/health/ready`).then(
      (answer) => answer.ok,
      () => false,
    );
  await expect.poll(ready, { timeout: 120_000, intervals: [500] }).toBe(true);
  return {
    url,
    stop: async () => {
      hub.kill('SIGTERM');
      await ended;
      rmSync(data, { recursive: true, force: true, maxRetries: 20, retryDelay: 500 });
    },
  };
}

/** One hub speaks with a bot, and that is the suite's. */
export const withoutTelegram = {
  Connectors__Telegram__ApiUrl: undefined,
  Connectors__Telegram__Bots__0__Key: undefined,
  Connectors__Telegram__Bots__0__Token: undefined,
};
