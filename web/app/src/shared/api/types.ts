/** What travels between the window and the Gateway. The only module the rest of the window takes these types from. */

export type ChannelKind = 'website' | 'email' | 'telegram' | 'chat' | 'phone' | 'max' | 'http' | 'nservicebus';
export type RequestStatus = 'new' | 'inProgress' | 'waiting' | 'snoozed' | 'closed';
export type Outcome = 'booked' | 'answered' | 'declined' | 'unreachable' | 'spam';
export type MatchGrade = 'none' | 'possible' | 'probable' | 'certain';
export type DeliveryStatus = 'queued' | 'sent' | 'delivered' | 'read' | 'failed';
export type CallDirection = 'inbound' | 'outbound';
export type CallPhase = 'ringing' | 'answered' | 'ended';
export type CallOutcome = 'failed' | 'busy' | 'abandoned' | 'timedOut' | 'answered';
export type RequestView = 'open' | 'mine' | 'unassigned' | 'all';

/** Absent and null mean the same on this wire: not known. */
export type Maybe<T> = T | null | undefined;

export interface AgentRef {
  id: string;
  name: string;
}

export interface Session {
  user: { id: string; name: string; userName: string; roles: string[] };
  antiforgeryToken: string | null;
}

export interface Credentials {
  userName: string;
  password: string;
  code?: string;
}

export interface Contact {
  id?: Maybe<string>;
  name?: Maybe<string>;
  phone?: Maybe<string>;
  email?: Maybe<string>;
}

export interface RequestRow {
  id: string;
  number: number;
  /** Grows with every change of the row: an older row never replaces a newer one. */
  rev: number;
  status: RequestStatus;
  channel: ChannelKind;
  contact: Contact;
  patient?: Maybe<{ id: string; name: string; grade: MatchGrade }>;
  subject?: Maybe<string>;
  preview?: Maybe<string>;
  unread: number;
  suspicious: boolean;
  deliveryFailed: boolean;
  assignee?: Maybe<AgentRef>;
  outcome?: Maybe<Outcome>;
  conversationId: string;
  /** The channel a reply leaves by. Null: nobody can be answered here. */
  replyBy?: Maybe<ChannelKind>;
  createdAt: string;
  lastContactAt: string;
  firstResponseDueAt?: Maybe<string>;
  snoozedUntil?: Maybe<string>;
  /** The next visit that stands, or else the latest. */
  appointment?: Maybe<{
    id: string;
    status: AppointmentStatus;
    truth: AppointmentTruth;
    start: string;
    timeZone: string;
    problem?: Maybe<string>;
  }>;
  /** `missed`: calls in vain since somebody last spoke or wrote to the contact. */
  lastCall?: Maybe<{ id: string; direction: CallDirection; outcome?: Maybe<CallOutcome>; missed: number; at: string }>;
}

export interface RequestPage {
  items: RequestRow[];
  next: Maybe<string>;
}

export interface PatientCandidate {
  patientId: string;
  name: string;
  birthOn?: Maybe<string>;
  grade: MatchGrade;
  /** Stable words, field by field; translated here. */
  reasons: string[];
}

export interface LinkedPatient {
  id: string;
  /** Null: the MIS does not answer, and nobody else knows it. */
  name?: Maybe<string>;
  birthOn?: Maybe<string>;
  /** Null: the engine was certain. */
  by?: Maybe<AgentRef>;
  at: string;
}

/** The person behind a request, with the patient they are or may be. */
export interface ContactDetails {
  id: string;
  name?: Maybe<string>;
  patient?: Maybe<LinkedPatient>;
  grade: MatchGrade;
  candidates: PatientCandidate[];
  /** The date of birth would change the grade. */
  askBirthOn: boolean;
  /** False: the MIS is out of reach, and somebody may be missing among the candidates. */
  misAnswered: boolean;
  /** Contacts shown as this one; each can be taken out again. */
  merged: { id: string; name?: Maybe<string>; by?: Maybe<AgentRef>; at: string }[];
  /** Others who use one of the addresses. */
  household: { id: string; name?: Maybe<string> }[];
}

export interface PatientDetails {
  id: string;
  name: string;
  birthOn?: Maybe<string>;
  phones: string[];
  emails: string[];
}

export interface Named {
  id: string;
  name: string;
}

/** A free slot. `localStart` is what the branch's clocks show. */
export interface SlotRow {
  id: string;
  practitioner: Named;
  specialties: string[];
  location: Named;
  start: string;
  end: string;
  localStart: string;
  timeZone: string;
  heldBy?: Maybe<AgentRef>;
  /** Null while held: a booking is under way. */
  heldUntil?: Maybe<string>;
}

export interface UnderstoodWords {
  specialties: string[];
  practitioners: string[];
  locations: string[];
  days: { from: string; to: string }[];
  after?: Maybe<string>;
  before?: Maybe<string>;
}

export interface SlotList {
  items: SlotRow[];
  readAt?: Maybe<string>;
  stale: boolean;
  understood?: Maybe<UnderstoodWords>;
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

export interface SlotHold {
  id: string;
  slotId: string;
  expiresAt: string;
  heldBy: AgentRef;
}

/** Proposed and pending are preliminary: nothing is promised. */
export type AppointmentStatus = 'proposed' | 'pending' | 'booked' | 'arrived' | 'fulfilled' | 'cancelled' | 'noshow';
export type AppointmentTruth = 'agreed' | 'waiting' | 'differs';

export interface Appointment {
  id: string;
  rev: number;
  requestId: string;
  patient: { id: string; name?: Maybe<string> };
  status: AppointmentStatus;
  truth: AppointmentTruth;
  slot: SlotRow;
  moveTo?: Maybe<SlotRow>;
  cancelling: boolean;
  delay?: Maybe<string>;
  problem?: Maybe<{ code: string; text?: Maybe<string>; alternatives: SlotRow[] }>;
  difference?: Maybe<string>;
  confirmedAt?: Maybe<string>;
  bookedBy: AgentRef;
  createdAt: string;
  changedAt: string;
}

export type CallReason = 'silent' | 'noChannel' | 'cancelAsked' | 'noShow';
export type CallResult = 'confirmed' | 'moved' | 'cancelled' | 'unreachable' | 'other' | 'settled';

/** A patient to be called about a visit. */
export interface CallListRow {
  id: string;
  reason: CallReason;
  appointmentId: string;
  requestId: string;
  patientId: string;
  patientName?: Maybe<string>;
  phones: string[];
  slot: AppointmentSlot;
  listedAt: string;
  /** Who is calling now. */
  takenBy?: Maybe<AgentRef>;
  /** Not before then. */
  callAt?: Maybe<string>;
  tries: number;
  result?: Maybe<CallResult>;
  doneAt?: Maybe<string>;
  doneBy?: Maybe<AgentRef>;
}

export type WaitingStatus = 'waiting' | 'offered' | 'accepted' | 'booked' | 'unreachable' | 'removed' | 'expired';

/** A patient who would come if something were free. Empty lists: any. */
export interface WaitingRow {
  id: string;
  requestId: string;
  patientId: string;
  patientName?: Maybe<string>;
  phones: string[];
  specialties: string[];
  practitioners: string[];
  locations: string[];
  fromDay: string;
  toDay: string;
  after?: Maybe<string>;
  before?: Maybe<string>;
  status: WaitingStatus;
  offered?: Maybe<SlotRow>;
  offerUntil?: Maybe<string>;
  acceptedBy?: Maybe<AgentRef>;
  appointmentId?: Maybe<string>;
  by: AgentRef;
  createdAt: string;
}

/** What a patient waits for. `idempotencyKey` is made by the browser: the same key in the same request is the same wish. */
export interface WaitingWish {
  requestId: string;
  patientId: string;
  specialtyIds: string[];
  practitionerIds: string[];
  locationIds: string[];
  fromDay: string | null;
  toDay: string | null;
  after: string | null;
  before: string | null;
  idempotencyKey: string;
}

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

export interface RequestDetails {
  row: RequestRow;
  traceId?: Maybe<string>;
  candidates: PatientCandidate[];
}

export interface Attachment {
  blobId: string;
  fileName: string;
  mediaType: string;
  size: number;
}

export interface Delivery {
  status: DeliveryStatus;
  reasonCode?: Maybe<string>;
  detail?: Maybe<string>;
  at: string;
}

export type TimelineEventType =
  | 'opened'
  | 'claimed'
  | 'released'
  | 'assigned'
  | 'snoozed'
  | 'woke'
  | 'closed'
  | 'reopened'
  | 'identified'
  | 'unlinked'
  | 'merged'
  | 'unmerged'
  | 'slaBreached'
  | 'unreachable'
  | 'reachable'
  | 'appointment'
  | 'notTold';

export type AppointmentChange =
  | 'proposed'
  | 'delayed'
  | 'booked'
  | 'refused'
  | 'moveAsked'
  | 'moved'
  | 'moveRefused'
  | 'cancelAsked'
  | 'cancelled'
  | 'cancelRefused'
  | 'confirmed'
  | 'followed'
  | 'found'
  | 'differs';

/** A slot as events carry it. */
export interface AppointmentSlot {
  slotId: string;
  practitionerName: string;
  locationName: string;
  start: string;
  end: string;
  timeZone: string;
}

export interface TimelineAppointment {
  id: string;
  change: AppointmentChange;
  status: AppointmentStatus;
  truth: AppointmentTruth;
  slot: AppointmentSlot;
  moveTo?: Maybe<AppointmentSlot>;
  problem?: Maybe<string>;
}

export interface TimelineEvent {
  type: TimelineEventType;
  /** Who did it. */
  agent?: Maybe<AgentRef>;
  /** Who has the request since. */
  assignee?: Maybe<AgentRef>;
  outcome?: Maybe<Outcome>;
  reason?: Maybe<string>;
  until?: Maybe<string>;
  grade?: Maybe<MatchGrade>;
  patientName?: Maybe<string>;
  appointment?: Maybe<TimelineAppointment>;
}

export interface TimelineCall {
  id: string;
  direction: CallDirection;
  phase: CallPhase;
  outcome?: Maybe<CallOutcome>;
  phone?: Maybe<string>;
  line?: Maybe<string>;
  queue?: Maybe<string>;
  agents: { extension: string; name?: Maybe<string>; answeredAt?: Maybe<string> }[];
  answeredBy?: Maybe<string>;
  transfers: { kind: 'blind' | 'attended'; from?: Maybe<string>; to: string; at: string }[];
  waitSeconds?: Maybe<number>;
  talkSeconds?: Maybe<number>;
  hasRecording: boolean;
}

/** A part of a text, in UTF-16 code units as JavaScript counts them. */
export interface Fold {
  start: number;
  length: number;
  kind: 'quote' | 'signature';
}

export interface TimelineItem {
  id: string;
  /** The same id with a greater version replaces what was shown. */
  version: number;
  kind: 'inbound' | 'reply' | 'note' | 'event' | 'call';
  at: string;
  sentAt?: Maybe<string>;
  agent?: Maybe<AgentRef>;
  author?: Maybe<string>;
  channel?: Maybe<ChannelKind>;
  conversationId?: Maybe<string>;
  subject?: Maybe<string>;
  /** Null: erased with the person's data. */
  text?: Maybe<string>;
  /** Parts of the text to be shown folded, in its order and without overlaps. */
  folds?: Maybe<Fold[]>;
  /** What came over the wire; supervisors and admins may download it. */
  rawInputId?: Maybe<string>;
  attachments: Attachment[];
  form?: Maybe<{ name: string; value: string }[]>;
  consent?: Maybe<{ given: boolean; textVersion?: Maybe<string>; at: string; remoteAddress?: Maybe<string> }>;
  automated: boolean;
  suspicions: string[];
  delivery?: Maybe<Delivery>;
  event?: Maybe<TimelineEvent>;
  /** When the contact last rewrote it. */
  editedAt?: Maybe<string>;
  /** What the contact wrote before, oldest first. */
  earlier?: Maybe<{ text: Maybe<string>; until: string }[]>;
  call?: Maybe<TimelineCall>;
  /** When the contact took it back; its words stay. */
  removedAt?: Maybe<string>;
}

export interface Timeline {
  version: number;
  items: TimelineItem[];
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

export type ChannelState = 'connected' | 'lagging' | 'refused' | 'stopped';

export interface ChannelStatus {
  connector: string;
  channel: string;
  state: ChannelState;
  since: string;
  lastMessageAt?: Maybe<string>;
  /** Since when it says nothing for longer than it may in working hours. */
  silentSince?: Maybe<string>;
  lagSeconds: number;
  queue?: Maybe<number>;
  error?: Maybe<string>;
}

/** A list joined from all connectors; the silent ones did not answer, and their rows are missing. */
export interface FromConnectors<T> {
  items: T[];
  silent: string[];
}

export type ReplayResult = 'accepted' | 'duplicate' | 'quarantined';

export interface ScreenEvent {
  seq: number;
  type: 'requestChanged';
  at: string;
  row: RequestRow;
}

/** The answer to "what happened after my last number?". */
export interface CatchUp {
  mode: 'delta' | 'reset';
  epoch: string;
  headSeq: number;
  events: ScreenEvent[];
}

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
