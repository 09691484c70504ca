// @vitest-environment node
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { beforeAll, expect, it } from 'vitest';

const LIMIT = 40 * 1024;
let script = '';

beforeAll(async () => {
  const built = await build({ logLevel: 'silent', build: { write: false } });
  const [output] = Array.isArray(built) ? built : [built];
  if (!output || !('output' in output)) throw new Error('nothing was built');
  expect(output.output.map(({ fileName }) => fileName)).toEqual(['chat.js']);
  const [chunk] = output.output;
  if (chunk.type === 'chunk') script = chunk.code;
}, 60_000);

it('is small', () => {
  const size = gzipSync(script, { level: 9 }).length;
  console.log(`chat.js: ${script.length} bytes, ${size} gzipped`);
  expect(size).toBeGreaterThan(5_000);
  expect(size).toBeLessThan(LIMIT);
});

it('does nothing that a strict content policy forbids', () => {
  expect(script).not.toMatch(
    /\beval\(|new Function|\.innerHTML|\.outerHTML|insertAdjacentHTML|document\.write|\.style\.|createElement\(["'`]style/,
  );
});

it('names no host of its own', () => {
  const hosts = [...script.matchAll(/\b(?:https?|wss?):\/\/([a-z0-9.-]+)/gi)].map(([, host]) => host);
  // A namespace, not an address; and a page that an error message of the library names.
  expect(hosts.filter((host) => !['www.w3.org', 'aka.ms', 'learn.microsoft.com'].includes(host ?? ''))).toEqual([]);
});
