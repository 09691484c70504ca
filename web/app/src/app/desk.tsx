'use client';
import { useDisclosure } from '@mantine/hooks';
import { useTranslations } from 'use-intl';
import { useSession } from '@/entities/session/store';
import { wishBooking } from '@/features/booking/booking-wishes';
import { Visits } from '@/features/booking/visits';
import { CallPop } from '@/features/call/call-pop';
import { CallListPage } from '@/features/call-list/call-list-page';
import { ChannelAlerts } from '@/features/channels/channel-alerts';
import { ChannelsPage } from '@/features/channels/channels-page';
import { ContactPane } from '@/features/contact/contact-pane';
import { ConversationPane } from '@/features/conversation/conversation-pane';
import { NothingPicked } from '@/features/conversation/nothing-picked';
import { Unsent } from '@/features/conversation/unsent';
import { QueuePane } from '@/features/inbox/queue-pane';
import { MisPage } from '@/features/mis/mis-page';
import { QuarantinePage } from '@/features/quarantine/quarantine-page';
import { CommandPalette } from '@/features/search/command-palette';
import { WaitingListPage } from '@/features/waiting-list/waiting-list-page';
import { usePhysicalKeys } from '@/shared/lib/hotkeys';
import {
  callListPath,
  channelsPath,
  goTo,
  inboxPath,
  misPath,
  quarantinePath,
  requestIdOf,
  requestPath,
  usePath,
  waitingListPath,
} from '@/shared/lib/route';
import { ConnectionStrip } from '@/shared/ui/connection-strip';
import { HelpSheet } from '@/shared/ui/help-sheet';
import styles from './desk.module.css';
import { useLiveFeed } from './live-feed';
import { Rail } from './rail';
import { UnreadInTitle } from './unread-in-title';
import { useCommands } from './use-commands';

export function Desk() {
  const t = useTranslations('app');
  const path = usePath();
  const live = useLiveFeed();
  const isOverseer = useSession((s) => s.user?.roles.some((role) => role === 'supervisor' || role === 'admin') ?? false);
  const [helpOpened, help] = useDisclosure(false);
  const [searching, palette] = useDisclosure(false);
  const commands = useCommands(help.open);
  usePhysicalKeys({
    help: help.open,
    palette: palette.open,
    inbox: () => goTo(inboxPath),
    callList: () => goTo(callListPath),
    waitingList: () => goTo(waitingListPath),
  });

  const requestId = requestIdOf(path);
  return (
    <div className={styles.desk}>
      <Rail onHelp={help.open} onSearch={palette.open} />
      {path === quarantinePath ? (
        <QuarantinePage />
      ) : path === channelsPath ? (
        <ChannelsPage />
      ) : path === misPath ? (
        <MisPage mayRun={isOverseer} />
      ) : path === callListPath ? (
        <CallListPage
          onBook={({ requestId, appointmentId, patientId, patientName, reason }, done) =>
            book(requestId, { id: patientId, name: patientName ?? '' }, reason === 'noShow' ? null : appointmentId, done)
          }
        />
      ) : path === waitingListPath ? (
        <WaitingListPage
          onBook={({ requestId, patientId, patientName }, done) => book(requestId, { id: patientId, name: patientName ?? '' }, null, done)}
        />
      ) : (
        <main className={styles.window}>
          <h1 className="visually-hidden">{t('name')}</h1>
          <QueuePane onRetry={live.wake} />
          {requestId ? (
            <>
              <ConversationPane key={requestId} id={requestId} live={live} />
              <ContactPane key={`contact-${requestId}`} id={requestId}>
                {(row, patient) => <Visits row={row} patient={patient} />}
              </ContactPane>
            </>
          ) : (
            <NothingPicked />
          )}
        </main>
      )}
      <div className={styles.notices}>
        <Unsent />
        {isOverseer && path !== channelsPath && <ChannelAlerts />}
        <ConnectionStrip onWake={live.wake} />
      </div>
      <UnreadInTitle />
      <CallPop />
      {searching && <CommandPalette commands={commands} onClose={palette.close} />}
      <HelpSheet opened={helpOpened} onClose={help.close} />
    </div>
  );
}

/** Features do not know each other: a list says for whom, the booking does it beside the request. */
function book(requestId: string, patient: { id: string; name: string }, moving: string | null, done: () => void) {
  wishBooking(requestId, { patient, moving, done });
  goTo(requestPath(requestId));
}
