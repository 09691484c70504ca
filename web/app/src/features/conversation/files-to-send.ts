/** What the server takes (core/Chat, UploadAttachment and SendMessage). */
export const MOST_FILES = 10;
export const LARGEST_BYTES = 20 * 1024 * 1024;
const FORBIDDEN = /\.(apk|bat|cmd|com|cpl|dll|exe|hta|jar|js|jse|lnk|msi|msp|pif|ps1|reg|scr|sh|vb|vbe|vbs|wsf|wsh)$/i;

export type Objection = { word: 'tooMany' | 'tooLarge' } | { word: 'forbidden' | 'empty'; name: string };

/** Said at once instead of after a long upload. Null: they may go. */
export function objectionTo(files: readonly File[]): Objection | null {
  const forbidden = files.find(({ name }) => FORBIDDEN.test(name));
  if (forbidden) return { word: 'forbidden', name: forbidden.name };
  const empty = files.find(({ size }) => size === 0);
  if (empty) return { word: 'empty', name: empty.name };
  if (files.length > MOST_FILES) return { word: 'tooMany' };
  return files.reduce((sum, { size }) => sum + size, 0) > LARGEST_BYTES ? { word: 'tooLarge' } : null;
}
