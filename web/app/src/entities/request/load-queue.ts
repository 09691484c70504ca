import { getRequests } from '@/shared/api/endpoints';
import type { RequestRow, RequestView } from '@/shared/api/types';

const PAGE = 500;
const MOST = 2_000;

export async function loadRequests(view: RequestView, q?: string, most = MOST): Promise<RequestRow[]> {
  const rows: RequestRow[] = [];
  let after: string | undefined;
  do {
    const page = await getRequests({ view, q, after, limit: Math.min(PAGE, most) });
    rows.push(...page.items);
    after = page.next ?? undefined;
  } while (after !== undefined && rows.length < most);
  return rows;
}
