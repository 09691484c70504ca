import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** A guard must be seen to bark: the linter's own rules, and wrong imports planted in an empty house. */
let house: string;
const linter = resolve('node_modules/.bin/biome');

beforeAll(() => {
  house = mkdtempSync(join(tmpdir(), 'boundaries-'));
  copyFileSync('biome.json', join(house, 'biome.json'));
});
afterAll(() => rmSync(house, { recursive: true }));

function complaintsAbout(place: string, source: string): string {
  const file = join(house, place);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, source);
  const { status, stderr } = spawnSync(linter, ['lint', '--only=style/noRestrictedImports', place], { cwd: house, encoding: 'utf8' });
  return status === 0 ? '' : stderr;
}

test.each([
  ['src/shared/lib/canary.ts', "import '@/entities/request/store';\n", 'shared leans on nothing of ours'],
  ['src/entities/request/canary.ts', "import '@/features/inbox/queue-list';\n", 'entities lean on shared only'],
  ['src/features/inbox/canary.ts', "import '@/features/contact/contact-pane';\n", 'features do not know each other'],
  ['src/features/inbox/canary.ts', "import '../contact/contact-pane';\n", 'a relative path stays inside its feature'],
])('%s may not say %s', (place, source, complaint) => {
  expect(complaintsAbout(place, source)).toContain(complaint);
});

test('a right import is let through', () => {
  expect(complaintsAbout('src/features/inbox/canary.ts', "import '@/entities/request/store';\nimport './queue-row';\n")).toBe('');
});
