import { call, download, upload } from './http';
import type {
  AgentRef,
  Appointment,
  Attachment,
  CallListRow,
  CallResult,
  ChannelStatus,
  ContactDetails,
  Credentials,
  FromConnectors,
  Named,
  Outcome,
  PatientDetails,
  PatientIndexState,
  QuarantineItem,
  ReconciliationList,
  ReconciliationReport,
  ReplayResult,
  RequestDetails,
  RequestPage,
  RequestRow,
  RequestView,
  SearchAnswer,
  Session,
  SlotHold,
  SlotList,
  SlotQuery,
  Timeline,
  WaitingRow,
  WaitingWish,
} from './types';

const id = encodeURIComponent;
const act = (requestId: string, verb: string, body?: unknown) =>
  call<RequestRow>('POST', `/api/requests/${id(requestId)}/${verb}`, body ?? {});

export const getSession = () => call<Session>('GET', '/api/session');
export const signIn = (credentials: Credentials) => call<Session>('POST', '/api/session', credentials);
export const signOut = () => call<void>('DELETE', '/api/session');

export function getRequests(query: { view: RequestView; q?: string; after?: string; limit: number }) {
  const parameters = new URLSearchParams({ view: query.view, limit: String(query.limit) });
  if (query.q) parameters.set('q', query.q);
  if (query.after) parameters.set('after', query.after);
  return call<RequestPage>('GET', `/api/requests?${parameters}`);
}
export const getRequest = (requestId: string) => call<RequestDetails>('GET', `/api/requests/${id(requestId)}`);
export const getTimeline = (requestId: string, after: number) =>
  call<Timeline>('GET', `/api/requests/${id(requestId)}/timeline?after=${after}`);

export const claim = (requestId: string) => act(requestId, 'claim');
export const release = (requestId: string) => act(requestId, 'release');
export const assign = (requestId: string, agentId: string) => act(requestId, 'assign', { agentId });
export const snooze = (requestId: string, until: string) => act(requestId, 'snooze', { until });
export const reopen = (requestId: string) => act(requestId, 'reopen');
export const close = (requestId: string, outcome: Outcome, reason?: string) =>
  act(requestId, 'close', reason ? { outcome, reason } : { outcome });
export const markRead = (requestId: string) => act(requestId, 'read');

/** `messageId` is made by the browser: the same id twice is the same message. */
export const sendMessage = (conversationId: string, messageId: string, text: string, attachments: string[] = []) =>
  call<void>('POST', `/api/conversations/${id(conversationId)}/messages`, { messageId, text, attachments });
/** Keeps a file for an answer that is sent next. */
export const uploadAttachment = (conversationId: string, file: File) =>
  upload<Attachment>(`/api/conversations/${id(conversationId)}/attachments`, file);
/** Somebody on the site sees for a moment that an answer is being written. */
export const tellTyping = (conversationId: string) => call<void>('POST', `/api/chats/${id(conversationId)}/typing`);
export const addNote = (conversationId: string, messageId: string, text: string) =>
  call<void>('POST', `/api/conversations/${id(conversationId)}/notes`, { messageId, text });

/** `callId` is made by the browser: the same id twice is the same call. */
export const placeCall = (callId: string, requestId: string, phone?: string) =>
  call<void>('POST', '/api/calls', { callId, requestId, phone: phone ?? null });
export const getCallerHistory = (callId: string) => call<{ requests: RequestRow[] }>('GET', `/api/calls/${id(callId)}/history`);
export const getExtension = () => call<{ extension?: string | null }>('GET', '/api/calls/extension');
export const setExtension = (extension: string) => call<{ extension?: string | null }>('PUT', '/api/calls/extension', { extension });
export const recordingUrl = (callId: string) => `/api/calls/${id(callId)}/recording`;

/** A request of calls alone has no conversation to keep its notes. */
export const noteRequest = (requestId: string, messageId: string, text: string) =>
  call<void>('POST', `/api/requests/${id(requestId)}/notes`, { messageId, text });

const contact = (contactId: string) => `/api/contacts/${id(contactId)}`;
const decide = (contactId: string, verb: string, body: unknown) => call<ContactDetails>('POST', `${contact(contactId)}/${verb}`, body);

/** `requestId` says in the access log why the patient was looked at. */
export const getContact = (contactId: string, requestId: string) =>
  call<ContactDetails>('GET', `${contact(contactId)}?requestId=${id(requestId)}`);
export const linkPatient = (contactId: string, patientId: string) => decide(contactId, 'patient', { patientId });
export const unlinkPatient = (contactId: string) => call<ContactDetails>('DELETE', `${contact(contactId)}/patient`);
export const declinePatient = (contactId: string, patientId: string) => decide(contactId, 'patient/decline', { patientId });
export const tellBirthDate = (contactId: string, birthOn: string) => decide(contactId, 'birth-date', { birthOn });
export const mergeContacts = (contactId: string, other: string) => decide(contactId, 'merge', { contactId: other });
export const unmergeContacts = (contactId: string, other: string) => decide(contactId, 'unmerge', { contactId: other });
export const searchPatients = (words: string, requestId: string) =>
  call<{ items: PatientDetails[] }>('GET', `/api/patients?q=${id(words)}&requestId=${id(requestId)}`);

export function getSlots(query: SlotQuery) {
  const parameters = new URLSearchParams({ limit: String(query.limit) });
  for (const name of ['q', 'specialty', 'practitioner', 'location'] as const) if (query[name]) parameters.set(name, query[name]);
  return call<SlotList>('GET', `/api/slots?${parameters}`);
}
export const getSpecialties = () => call<{ items: Named[] }>('GET', '/api/specialties');
export const getLocations = () => call<{ items: Named[] }>('GET', '/api/locations');
export const getPractitioners = (specialty: string, location: string) => {
  const parameters = new URLSearchParams();
  if (specialty) parameters.set('specialty', specialty);
  if (location) parameters.set('location', location);
  return call<{ items: Named[] }>('GET', `/api/practitioners?${parameters}`);
};

export const holdSlot = (slotId: string, requestId: string) => call<SlotHold>('POST', `/api/slots/${id(slotId)}/hold`, { requestId });
export const releaseHold = (holdId: string) => call<void>('DELETE', `/api/holds/${id(holdId)}`);

const visit = (appointmentId: string, verb: string, body: unknown) =>
  call<Appointment>('POST', `/api/appointments/${id(appointmentId)}/${verb}`, body);
/** Of the patient, wherever they were asked for; while nobody knows who it is, of the request. */
export const getAppointments = (requestId: string, patientId: string | null) =>
  call<{ items: Appointment[] }>('GET', `/api/appointments?${patientId ? `patientId=${id(patientId)}` : `requestId=${id(requestId)}`}`);
/** `idempotencyKey` is made by the browser: the same key twice is the same visit, move or cancellation. */
export const book = (booking: { requestId: string; patientId: string; slotId: string; idempotencyKey: string }) =>
  call<Appointment>('POST', '/api/appointments', booking);
export const reschedule = (appointmentId: string, slotId: string, idempotencyKey: string) =>
  visit(appointmentId, 'reschedule', { slotId, idempotencyKey });
export const cancelVisit = (appointmentId: string, reason: string, idempotencyKey: string) =>
  visit(appointmentId, 'cancel', { reason: reason || null, idempotencyKey });
export const confirmVisit = (appointmentId: string) => visit(appointmentId, 'confirm', {});

const LIST_LIMIT = 500;
export const getCallList = () => call<{ items: CallListRow[] }>('GET', `/api/call-list?limit=${LIST_LIMIT}`);
const listed = (entryId: string, verb: string, body: unknown) => call<CallListRow>('POST', `/api/call-list/${id(entryId)}/${verb}`, body);
export const takeCall = (entryId: string) => listed(entryId, 'take', {});
export const leaveCall = (entryId: string) => listed(entryId, 'leave', {});
export const putOffCall = (entryId: string, until: string) => listed(entryId, 'later', { until });
export const finishCall = (entryId: string, result: CallResult) => listed(entryId, 'done', { result });

export const getWaitingList = () => call<{ items: WaitingRow[] }>('GET', `/api/waiting-list?limit=${LIST_LIMIT}`);
export const getWaitingOf = (requestId: string) => call<{ items: WaitingRow[] }>('GET', `/api/waiting-list?requestId=${id(requestId)}`);
export const addToWaitingList = (wish: WaitingWish) => call<WaitingRow>('POST', '/api/waiting-list', wish);
/** `slotId`: the one that was on the screen; another may be offered by now. */
export const acceptOffer = (entryId: string, slotId: string) =>
  call<WaitingRow>('POST', `/api/waiting-list/${id(entryId)}/accept`, { slotId });
export const declineOffer = (entryId: string, slotId: string) =>
  call<WaitingRow>('POST', `/api/waiting-list/${id(entryId)}/decline`, { slotId });
export const removeFromWaitingList = (entryId: string) => call<WaitingRow>('DELETE', `/api/waiting-list/${id(entryId)}`);

export const getReconciliations = () => call<ReconciliationList>('GET', '/api/appointments/reconciliation?limit=14');
/** As long as the MIS takes to list its visits. It goes on there when nobody waits for it any more. */
export const reconcile = () => call<ReconciliationReport>('POST', '/api/appointments/reconciliation', undefined, 90_000);
export const getPatientIndex = () => call<PatientIndexState>('GET', '/api/patients/index');

/** By POST: what is looked for is mostly somebody's name, and an address is what proxies write down. */
export const search = (q: string, limit: number) => call<SearchAnswer>('POST', '/api/search', { q, limit });

export const getAgents = () => call<{ items: AgentRef[] }>('GET', '/api/agents');

export const getQuarantine = () => call<FromConnectors<QuarantineItem>>('GET', '/api/quarantine');
export const getChannelKinds = () => call<{ items: string[] }>('GET', '/api/channels/kinds');
export const getChannels = () => call<FromConnectors<ChannelStatus>>('GET', '/api/channels');
const quarantined = (item: QuarantineItem) => `/api/quarantine/${id(item.connector)}/${id(item.id)}`;
export const replay = (item: QuarantineItem) => call<{ result: ReplayResult }>('POST', `${quarantined(item)}/replay`, {});
export const rawUrl = (item: QuarantineItem) => `${quarantined(item)}/raw`;
export const getRawMail = (rawInputId: string) => download(`/api/raw-inputs/email/${id(rawInputId)}`);
/** For what the browser may show in place; the server serves the rest as a download all the same. */
export const attachmentViewUrl = (blobId: string) => `${attachmentUrl(blobId)}?view=true`;
export const attachmentUrl = (blobId: string) => `/api/attachments/${id(blobId)}`;
