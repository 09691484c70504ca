import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generated, parts, typesOf } from '../../../../openapi/generate.mjs';

test.each(parts)('the types of %s are those of its document; if not: npm run generate', async (part: string) => {
  expect(readFileSync(generated(part), 'utf8')).toBe(await typesOf(part));
});
