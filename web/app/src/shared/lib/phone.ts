/** `+79001234567` → `+7 900 123-45-67`. Anything that is not a Russian E.164 number stays as it came. */
export function readablePhone(phone: string): string {
  const match = /^\+7(\d{3})(\d{3})(\d{2})(\d{2})$/.exec(phone);
  return match ? `+7 ${match[1]} ${match[2]}-${match[3]}-${match[4]}` : phone;
}
