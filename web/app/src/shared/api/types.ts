import type { components as Email } from './email.gen';
import type { components as Gateway } from './gateway.gen';
import type { components as Patients } from './patients.gen';
import type { components as Requests } from './requests.gen';

/**
 * What travels between the window and the Gateway. The only module the rest of the window takes these types from.
 * What HTTP answers with comes from the servers' own description (openapi/generate.mjs); by hand stands only what it does not describe: the live line, the answers that the Gateway joins, and queries.
 */

/** Absent and null mean the same on this wire: not known. */
export type Maybe<T> = T | null | undefined;

/** The description says null, always present; a test or an older server may leave it out. */
type Nullable<T> = { [K in keyof T]-?: null extends T[K] ? K : undefined extends T[K] ? K : never }[keyof T];
type Wire<T> = T extends readonly (infer U)[]
  ? Wire<U>[]
  : T extends object
    ? { [K in Exclude<keyof T, Nullable<T>>]: Wire<T[K]> } & { [K in Nullable<T>]?: Wire<T[K]> | null | undefined }
    : T;
type OfRequests<K extends keyof Requests['schemas']> = Wire<Requests['schemas'][K]>;
type OfPatients<K extends keyof Patients['schemas']> = Wire<Patients['schemas'][K]>;
type OfConnectors<K extends keyof Email['schemas']> = Wire<Email['schemas'][K]>;
type OfGateway<K extends keyof Gateway['schemas']> = Wire<Gateway['schemas'][K]>;

export type ChannelKind = OfRequests<'ChannelKind'>;
export type RequestStatus = OfRequests<'RequestStatus'>;
export type Outcome = OfRequests<'Outcome'>;
export type MatchGrade = OfRequests<'MatchGrade'>;
export type DeliveryStatus = OfRequests<'DeliveryStatus'>;
export type CallDirection = OfRequests<'CallDirection'>;
export type CallPhase = OfRequests<'CallPhase'>;
export type CallOutcome = OfRequests<'CallOutcome'>;
export type AgentRef = OfRequests<'Agent'>;
export type Contact = OfRequests<'RequestRowContact'>;
export type RequestRow = OfRequests<'RequestRow'>;
export type RequestPage = OfRequests<'InboxPage'>;
export type RequestDetails = OfRequests<'RequestDetails'>;
export type Attachment = OfRequests<'Attachment'>;
export type Delivery = OfRequests<'TimelineDelivery'>;
export type TimelineEventType = OfRequests<'TimelineEventType'>;
export type AppointmentChange = OfRequests<'AppointmentChange'>;
export type TimelineAppointment = OfRequests<'TimelineAppointment'>;
export type TimelineEvent = OfRequests<'TimelineEvent'>;
export type TimelineCall = OfRequests<'TimelineCall'>;
export type Fold = OfRequests<'Fold'>;
export type TimelineItem = OfRequests<'TimelineItem'>;
export type Timeline = OfRequests<'Timeline'>;

export type PatientCandidate = OfPatients<'CandidateDetails'>;
export type LinkedPatient = OfPatients<'LinkedPatient'>;
export type ContactDetails = OfPatients<'ContactDetails'>;
export type PatientDetails = OfPatients<'PatientDetails'>;
export type Named = OfPatients<'Named'>;
export type SlotRow = OfPatients<'SlotRow'>;
export type UnderstoodWords = OfPatients<'UnderstoodWords'>;
export type SlotList = OfPatients<'SlotList'>;
export type SlotHold = OfPatients<'SlotHoldDetails'>;
export type AppointmentStatus = OfPatients<'AppointmentStatus'>;
export type AppointmentTruth = OfPatients<'AppointmentTruth'>;
export type AppointmentSlot = OfPatients<'AppointmentSlot'>;
export type Appointment = OfPatients<'AppointmentDetails'>;
export type CallReason = OfPatients<'CallReason'>;
export type CallResult = OfPatients<'CallResult'>;
export type CallListRow = OfPatients<'CallListRow'>;
export type WaitingStatus = OfPatients<'WaitingStatus'>;
export type ReconciledVisit = OfPatients<'ReconciledVisit'>;
export type ReconciliationReport = OfPatients<'ReconciliationReport'>;
export type ReconciliationList = OfPatients<'ReconciliationList'>;
export type PatientIndexState = OfPatients<'PatientIndexState'>;
export type WaitingRow = OfPatients<'WaitingRow'>;

export type ChannelState = OfConnectors<'ChannelState'>;
/** `connector`: the Gateway says whose it is when it joins the lists. */
export type ChannelStatus = Omit<OfConnectors<'ChannelStatus'>, 'since' | 'lagSeconds'> & {
  connector: string;
  since: string;
  lagSeconds: number;
};

export type Session = OfGateway<'Session'>;
export type ScreenEvent = OfGateway<'ScreenEvent'>;
export type CatchUp = OfGateway<'FeedAnswer'>;

export type RequestView = 'open' | 'mine' | 'unassigned' | 'all';

export interface Credentials {
  userName: string;
  password: string;
  code?: string;
}

export interface SlotQuery {
  q?: string;
  specialty?: string;
  practitioner?: string;
  location?: string;
  limit: number;
}

/** Somebody holds a slot, or let it go. */
export interface SlotChanged {
  slotId: string;
  practitionerId: string;
  start: string;
  end: string;
  heldBy?: Maybe<AgentRef>;
  heldUntil?: Maybe<string>;
  booked: boolean;
  at: string;
}

/** What a patient waits for. `idempotencyKey` is made by the browser: the same key in the same request is the same wish. */
export type WaitingWish = Patients['schemas']['WaitingBody'];

/** A list is not as it was; whoever shows it reads it again. */
export interface WorkListChanged {
  list: 'calls' | 'waiting';
  at: string;
}

export interface MessageFound {
  id: string;
  requestId: string;
  number: number;
  kind: 'inbound' | 'reply' | 'note';
  at: string;
  author?: Maybe<string>;
  excerpt: string;
}

/** People, requests and messages in one answer. `silent`: rooms that did not answer, whose part is missing. */
export interface SearchAnswer {
  people: PatientDetails[];
  requests: RequestRow[];
  messages: MessageFound[];
  silent: string[];
}

export interface QuarantineItem {
  id: string;
  connector: string;
  channel: string;
  reason: string;
  receivedAt: string;
  size: number;
  mediaType: string;
}

/** A list joined from all connectors; the silent ones did not answer, and their rows are missing. */
export interface FromConnectors<T> {
  items: T[];
  silent: string[];
}

export type ReplayResult = 'accepted' | 'duplicate' | 'quarantined';

export interface ScreenEventBatch {
  epoch: string;
  fromSeq: number;
  toSeq: number;
  events: ScreenEvent[];
}

/** A call at this agent's telephone. `gone`: it rings no more, or the agent has left it. */
export interface ScreenCall {
  callId: string;
  rev: number;
  state: 'ringing' | 'talking' | 'gone';
  direction: CallDirection;
  phone?: Maybe<string>;
  name?: Maybe<string>;
  line?: Maybe<string>;
  queue?: Maybe<string>;
  requestId?: Maybe<string>;
  startedAt?: Maybe<string>;
}

export interface Presence {
  requestId: string;
  agent: AgentRef;
  state: 'viewing' | 'typing' | 'left';
}
