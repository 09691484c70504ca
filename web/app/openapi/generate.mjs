// Writes src/shared/api/*.gen.ts from the documents beside it.
// `npm run generate -- DIR` takes fresh documents from DIR first, where `medcrm openapi DIR` has written them.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';

const here = dirname(fileURLToPath(import.meta.url));

/** What the window speaks to; the doors of connectors are none of its business, but for the quarantine that all of them share. */
export const parts = ['chat', 'email', 'gateway', 'patients', 'requests'];
export const document = (part) => join(here, `${part}.json`);
export const generated = (part) => join(here, `../src/shared/api/${part}.gen.ts`);

export async function typesOf(part) {
  const types = await openapiTS(readFileSync(document(part), 'utf8'), { defaultNonNullable: false });
  return `// Generated from openapi/${part}.json by \`npm run generate\`; never edited.\n${astToString(types)}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [fresh] = process.argv.slice(2);
  for (const part of parts) {
    if (fresh) copyFileSync(join(fresh, `${part}.json`), document(part));
    writeFileSync(generated(part), await typesOf(part));
  }
}
