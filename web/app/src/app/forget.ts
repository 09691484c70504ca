import type { QueryClient } from '@tanstack/react-query';
import { forgetQueue } from '@/entities/request/store';
import { useSession } from '@/entities/session/store';
import { forgetWishes } from '@/features/booking/booking-wishes';
import { forgetChosen } from '@/features/booking/chosen-slots';
import { forgetDrafts } from '@/features/conversation/drafts';
import { forgetOutbox } from '@/features/conversation/outbox';
import { forgetCalls } from '@/shared/live/call-store';
import { forgetSlots } from '@/shared/live/slot-store';

/** The next person at this computer starts from nothing, and before anything is drawn for them. */
export const forgetWithThePerson = (queries: QueryClient) =>
  useSession.subscribe((now, before) => {
    if (!before.user || now.user?.id === before.user.id) return;
    forgetQueue();
    forgetDrafts();
    forgetOutbox();
    forgetChosen();
    forgetWishes();
    forgetCalls();
    forgetSlots();
    queries.clear();
  });
