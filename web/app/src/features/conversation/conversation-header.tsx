'use client';
import { Button, Menu } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { useCallBack } from '@/entities/call/use-call-back';
import { useCanCall } from '@/entities/call/use-can-call';
import { isAwaitingAnswer } from '@/entities/request/queue-order';
import { useMyId } from '@/entities/session/store';
import { getAgents } from '@/shared/api/endpoints';
import type { RequestRow } from '@/shared/api/types';
import { useDueWords } from '@/shared/i18n/words';
import { useNow } from '@/shared/lib/clock';
import { ChannelIcon } from '@/shared/ui/channel-icon';
import styles from './conversation.module.css';
import type { RequestActions } from './use-request-actions';

interface HeaderProps {
  row: RequestRow;
  actions: RequestActions;
  assigning: boolean;
  onAssigning: (opened: boolean) => void;
  onClose: () => void;
  onSnooze: () => void;
}

export function ConversationHeader({ row, actions, assigning, onAssigning, onClose, onSnooze }: HeaderProps) {
  const t = useTranslations('actions');
  const me = useMyId();
  const canCall = useCanCall();
  const isMine = row.assignee?.id === me;
  return (
    <header className={styles.head}>
      <ChannelIcon channel={row.channel} size={20} className={styles.headIcon} />
      <h2 className={styles.subject}>
        <Subject row={row} />
      </h2>
      <div className={styles.actions}>
        {row.status === 'closed' ? (
          <Button size="xs" onClick={() => void actions.reopen()}>
            {t('reopen')}
          </Button>
        ) : (
          <>
            {!isMine && (
              <Button size="xs" variant={row.assignee ? 'default' : 'filled'} onClick={() => void actions.take()}>
                {t('take')}
              </Button>
            )}
            <AssignMenu isMine={isMine} actions={actions} opened={assigning} onOpened={onAssigning} />
            {canCall && row.contact.phone && <CallBackButton requestId={row.id} />}
            <Button size="xs" variant="default" onClick={onSnooze}>
              {t('snooze')}
            </Button>
            <Button size="xs" variant={isMine ? 'filled' : 'default'} onClick={onClose}>
              {t('close')}
            </Button>
          </>
        )}
      </div>
      <Summary row={row} me={me} />
    </header>
  );
}

function CallBackButton({ requestId }: { requestId: string }) {
  const t = useTranslations('call');
  const callBack = useCallBack();
  return (
    <Button size="xs" variant="default" onClick={() => void callBack(requestId)}>
      {t('callBack')}
    </Button>
  );
}

function Subject({ row }: { row: RequestRow }) {
  const t = useTranslations('queue');
  return row.subject || row.contact.name || t('noSubject');
}

function Summary({ row, me }: { row: RequestRow; me: string | null }) {
  const t = useTranslations();
  const words = useDueWords();
  const now = useNow();
  const due = isAwaitingAnswer(row) && row.firstResponseDueAt ? words.due(row.firstResponseDueAt, now) : null;
  const owner = row.assignee
    ? t('conversation.owner', { name: row.assignee.id === me ? t('conversation.you') : row.assignee.name })
    : t('conversation.nobody');
  const waits = row.status === 'new' || row.status === 'inProgress';
  return (
    <p className={styles.summary}>
      <span>{t('conversation.number', { number: String(row.number) })}</span>
      <span>
        {row.status === 'closed' && row.outcome ? `${t('status.closed')}: ${t(`outcome.${row.outcome}`)}` : t(`status.${row.status}`)}
      </span>
      <span>{owner}</span>
      {waits && <span>{words.waiting(row.lastContactAt, now)}</span>}
      {due && due.urgency !== 'calm' && <strong data-urgency={due.urgency}>{due.words}</strong>}
    </p>
  );
}

function AssignMenu({
  isMine,
  actions,
  opened,
  onOpened,
}: {
  isMine: boolean;
  actions: RequestActions;
  opened: boolean;
  onOpened: (opened: boolean) => void;
}) {
  const t = useTranslations('actions');
  const me = useMyId();
  const agents = useQuery({ queryKey: ['agents'], queryFn: getAgents, enabled: opened });
  const others = agents.data?.items.filter((agent) => agent.id !== me) ?? [];
  return (
    <Menu
      opened={opened}
      onChange={onOpened}
      position="bottom-end"
      shadow="md"
      width={240}
      trapFocus
      withinPortal={false}
      withInitialFocusPlaceholder={false}
    >
      <Menu.Target>
        <Button size="xs" variant="default">
          {t('assign')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown aria-label={t('agents')}>
        {isMine && <Menu.Item onClick={() => void actions.release()}>{t('release')}</Menu.Item>}
        {agents.isError && <Menu.Item onClick={() => void agents.refetch()}>{t('agentsFailed')}</Menu.Item>}
        {agents.isSuccess && others.length === 0 && <Menu.Item disabled>{t('noAgents')}</Menu.Item>}
        {others.map((agent) => (
          <Menu.Item key={agent.id} onClick={() => void actions.assign(agent)}>
            {agent.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
