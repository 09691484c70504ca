import { describe, expect, test } from 'vitest';
import { readablePhone } from '../phone';
import { requestIdOf, requestPath } from '../route';
import { span } from '../time';
import { uuidv7 } from '../uuid';

describe('uuidv7', () => {
  test('has the version, the variant and the time', () => {
    const id = uuidv7(Date.UTC(2026, 10, 23));
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Number.parseInt(id.replace(/-/g, '').slice(0, 12), 16)).toBe(Date.UTC(2026, 10, 23));
  });
  test('sorts by time of making', () => {
    expect(uuidv7(1_000_000) < uuidv7(1_000_001)).toBe(true);
  });
});

test('a phone is spaced for reading, anything else stays as it came', () => {
  expect(readablePhone('+79001234567')).toBe('+7 900 123-45-67');
  expect(readablePhone('доб. 12')).toBe('доб. 12');
});

test('a request path leads back to its id', () => {
  expect(requestIdOf(requestPath('a b/c'))).toBe('a b/c');
  expect(requestIdOf('/quarantine')).toBeNull();
});

test('a span is told in the unit that matters', () => {
  expect(span(9 * 60_000)).toMatchObject({ unit: 'minutes', minutes: 9 });
  expect(span(125 * 60_000)).toMatchObject({ unit: 'hours', hours: 2, minutes: 5 });
  expect(span(72 * 3_600_000)).toMatchObject({ unit: 'days', days: 3 });
});
