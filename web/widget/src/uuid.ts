/** A further id that follows from one, the same each time (RFC 9562, version 8): the message of its n-th button. */
export function nthOf(id: string, n: number): string {
  const last = (Number.parseInt(id.slice(34), 16) ^ (n + 1)).toString(16).padStart(2, '0');
  return `${id.slice(0, 14)}8${id.slice(15, 34)}${last}`;
}

/** RFC 9562, version 4. `crypto.randomUUID` is missing on pages without TLS. */
export function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
