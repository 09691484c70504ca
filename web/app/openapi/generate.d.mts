export const parts: readonly string[];
export function document(part: string): string;
export function generated(part: string): string;
export function typesOf(part: string): Promise<string>;
