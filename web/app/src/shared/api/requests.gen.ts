// Generated from openapi/requests.json by `npm run generate`; never edited.
export interface paths {
    "/api/requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listRequests"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/requests/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getRequest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/requests/{id}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getTimeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/requests/{id}/claim": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["claimRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/requests/{id}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["releaseRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/requests/{id}/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["readRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/requests/{id}/snooze": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["snoozeRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/requests/{id}/reopen": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["reopenRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/requests/{id}/notes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["noteRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/requests/{id}/close": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["closeRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/calls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listCalls"];
        put?: never;
        post: operations["placeCall"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/calls/extension": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getExtension"];
        put: operations["setExtension"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/calls/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getCallerHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/calls/{id}/recording": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getCallRecording"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description Who acted in the window. */
        Agent: {
            /** @description The user's id. */
            id: components["schemas"]["AgentId"];
            /** @description As colleagues see it: "Ковалёва А." */
            name: string;
        };
        /**
         * Format: uuid
         * @description A person who works in the window: manager, supervisor, administrator.
         */
        AgentId: string;
        /**
         * @description What happened to a visit.
         * @enum {unknown}
         */
        AppointmentChange: "proposed" | "delayed" | "booked" | "refused" | "moveAsked" | "moved" | "moveRefused" | "cancelAsked" | "cancelled" | "cancelRefused" | "confirmed" | "followed" | "found" | "differs";
        /**
         * Format: uuid
         * @description A visit to a doctor, from the wish to book it on; the MIS has an id of its own for it. Derived from the request and the idempotency key of the booking.
         */
        AppointmentId: string;
        /** @description When, where and with whom. */
        AppointmentSlot: {
            /** @description The MIS's id of the slot. */
            slotId: string;
            /** @description The MIS's id of the doctor. */
            practitionerId: string;
            /** @description Full name. Empty: the MIS did not tell. */
            practitionerName: string;
            /** @description The MIS's id of the branch. */
            locationId: string;
            /** @description Its name. Empty: the MIS did not tell. */
            locationName: string;
            /**
             * Format: date-time
             * @description UTC instant, included.
             */
            start: string;
            /**
             * Format: date-time
             * @description UTC instant, not included.
             */
            end: string;
            /** @description IANA zone of the branch, in which people say the time. */
            timeZone: string;
        };
        /**
         * @description Where a visit stands (FHIR: AppointmentStatus, as far as a clinic uses it).
         * @enum {unknown}
         */
        AppointmentStatus: "proposed" | "pending" | "booked" | "arrived" | "fulfilled" | "cancelled" | "noshow";
        /**
         * @description Do the MIS and we say the same of a visit?
         * @enum {unknown}
         */
        AppointmentTruth: "agreed" | "waiting" | "differs";
        /** @description A stored file. */
        Attachment: {
            /**
             * Format: uuid
             * @description Where it rests; sealed for the same person as the message.
             */
            blobId: string;
            /** @description The name to show and to save under, without a path. */
            fileName: components["schemas"]["Sealed"];
            /** @description By content where it could be told, else as declared: `image/png`. */
            mediaType: string;
            /**
             * Format: int64
             * @description In bytes.
             */
            size: number;
        };
        CallAccepted: {
            callId: components["schemas"]["CallId"];
        };
        /** @description A telephone of ours in a call. */
        CallAgent: {
            /** @description Its number in the exchange: `101`. */
            extension: string;
            /** @description As the exchange calls it. Null: it does not. */
            name?: null | string;
            /**
             * Format: date-time
             * @description UTC instant at which it last began to ring. Null: it did not, or unknown.
             */
            rangAt?: null | string;
            /**
             * Format: date-time
             * @description UTC instant at which it last stopped ringing, answered or not. Null: it rings, or never did.
             */
            stoppedAt?: null | string;
            /**
             * Format: date-time
             * @description UTC instant at which it was first answered. Null: it was not.
             */
            answeredAt?: null | string;
            /**
             * Format: date-time
             * @description UTC instant at which it last left the conversation. Null: it is in it, or never was.
             */
            leftAt?: null | string;
        };
        CallBack: {
            callId: components["schemas"]["CallId"];
            requestId: components["schemas"]["RequestId"];
            phone: null | string;
        };
        /**
         * @description Who called whom.
         * @enum {unknown}
         */
        CallDirection: "inbound" | "outbound";
        CallerHistory: {
            requests: components["schemas"]["RequestRow"][];
        };
        /**
         * Format: uuid
         * @description One telephone call between a contact and the centre, in either direction, with every transfer. The id of a call we place is chosen by the browser, so that a repeated click is the same call.
         */
        CallId: string;
        CallItem: {
            id: components["schemas"]["CallId"];
            /** Format: date-time */
            at: string;
            direction: components["schemas"]["CallDirection"];
            phase: components["schemas"]["CallPhase"];
            outcome: null | components["schemas"]["CallOutcome"];
            phone: null | components["schemas"]["Sealed"];
            line: null | string;
            queue: null | string;
            answeredBy: null | string;
            /** Format: int32 */
            waitSeconds: null | number;
            /** Format: int32 */
            talkSeconds: null | number;
            hasRecording: boolean;
            requestId: null | components["schemas"]["RequestId"];
        };
        /** @enum {unknown} */
        CallOutcome: "failed" | "busy" | "abandoned" | "timedOut" | "answered";
        CallPage: {
            items: components["schemas"]["CallItem"][];
            /** Format: date-time */
            next: null | string;
        };
        /**
         * @description How far a call has come. A call never goes back.
         * @enum {unknown}
         */
        CallPhase: "ringing" | "answered" | "ended";
        /** @description A call was handed over. */
        CallTransfer: {
            /** @description How. */
            kind: components["schemas"]["CallTransferKind"];
            /** @description The extension that gave it. Null: unknown. */
            from: null | string;
            /** @description The number that was to get it. */
            to: string;
            /**
             * Format: date-time
             * @description UTC instant.
             */
            at: string;
        };
        /**
         * @description How a call was handed over.
         * @enum {unknown}
         */
        CallTransferKind: "blind" | "attended";
        /**
         * @description The kind of door a contact came through.
         * @enum {unknown}
         */
        ChannelKind: "website" | "email" | "telegram" | "chat" | "phone" | "max" | "http" | "nservicebus";
        CloseBody: {
            outcome: null | components["schemas"]["Outcome"];
            reason: null | string;
        };
        /** @description Consent to the processing of personal data, as it was given (152-ФЗ, ст. 9). */
        Consent: {
            /** @description Whether the box was ticked. */
            given: boolean;
            /** @description Which wording was shown. Null: the form does not say. */
            textVersion: null | string;
            /**
             * Format: date-time
             * @description UTC instant.
             */
            at: string;
            remoteAddress: null | components["schemas"]["Sealed"];
        };
        /** Format: uuid */
        ContactId: string;
        /**
         * Format: uuid
         * @description One thread of messages between a contact and the centre on one channel.
         */
        ConversationId: string;
        /**
         * @description How far an answer has come. What a channel does not report is not invented: mail ends at DeliveryStatus.Sent unless it bounces.
         * @enum {unknown}
         */
        DeliveryStatus: "queued" | "sent" | "delivered" | "read" | "failed";
        /** @description A text that its author replaced. */
        EarlierText: {
            /** @description Plain text. */
            text: components["schemas"]["Sealed"];
            /**
             * Format: date-time
             * @description UTC instant by the channel's clock at which it was replaced.
             */
            until: string;
        };
        ExtensionBody: {
            extension: null | string;
        };
        /** @description A part of a text that a window may show folded. The text itself stays whole. */
        Fold: {
            /**
             * Format: int32
             * @description The first character of it, counted from 0 in UTF-16 code units.
             */
            start: number;
            /**
             * Format: int32
             * @description How many code units, at least 1.
             */
            length: number;
            /** @description What it is. */
            kind: components["schemas"]["FoldKind"];
        };
        /**
         * @description What a part of a text is.
         * @enum {unknown}
         */
        FoldKind: "quote" | "signature";
        HttpValidationProblemDetails: {
            type?: null | string;
            title?: null | string;
            /** Format: int32 */
            status?: null | number;
            detail?: null | string;
            instance?: null | string;
            errors?: {
                [key: string]: string[];
            };
        };
        InboxPage: {
            items: components["schemas"]["RequestRow"][];
            next: null | string;
        };
        /**
         * @description How sure the identification is (FHIR: match-grade). Only MatchGrade.Certain links by itself.
         * @enum {unknown}
         */
        MatchGrade: "none" | "possible" | "probable" | "certain";
        /**
         * Format: uuid
         * @description One message of a conversation, in either direction. An answer's id is chosen by the browser, so that a repeated click is the same message.
         */
        MessageId: string;
        NoteBody: {
            messageId: components["schemas"]["MessageId"];
            text: string;
        };
        /** @enum {unknown} */
        Outcome: "booked" | "answered" | "declined" | "unreachable" | "spam";
        /** @description A patient of the MIS who may be the contact. */
        PatientCandidate: {
            /** @description The MIS's own id. */
            patientId: string;
            /** @description Full name. */
            name: components["schemas"]["Sealed"];
            birthOn: null | components["schemas"]["Sealed"];
            /** @description How sure. */
            grade: components["schemas"]["MatchGrade"];
            /** @description Why, as stable words the window translates: `phone`, `shared-phone`, `email`, `full-name`; `family`, `given`, `patronymic`, `birth`, `snils`, `oms`, each also with `-close` (a slip of the finger), `-similar`, `-differs`; `previous-family`, `given-short`, `names-swapped`, `sex-differs`, `birth-unknown`; `linked` and `confirmed` for the patient the contact is linked to, by the engine or by a person. */
            reasons: string[];
        };
        ProblemDetails: {
            type?: null | string;
            title?: null | string;
            /** Format: int32 */
            status?: null | number;
            detail?: null | string;
            instance?: null | string;
        };
        RequestDetails: {
            row: components["schemas"]["RequestRow"];
            candidates: components["schemas"]["PatientCandidate"][];
            traceId: null | string;
        };
        /**
         * Format: uuid
         * @description One request (заявка) of a contact: from the first contact to an outcome.
         */
        RequestId: string;
        /** @description One row of the inbox: everything the list shows and nothing else. The whole row travels with every change. */
        RequestRow: {
            /** @description The request. */
            id: components["schemas"]["RequestId"];
            /**
             * Format: int64
             * @description The number people say aloud. Rising, with gaps.
             */
            number: number;
            /**
             * Format: int64
             * @description Grows with every change of the request; of two rows the one with the greater number is the newer.
             */
            rev: number;
            /** @description Where it stands. */
            status: components["schemas"]["RequestStatus"];
            /** @description The channel of the latest contact. */
            channel: components["schemas"]["ChannelKind"];
            /** @description Who wrote. */
            contact: components["schemas"]["RequestRowContact"];
            patient: null | components["schemas"]["RequestRowPatient"];
            subject: null | components["schemas"]["Sealed"];
            preview: null | components["schemas"]["Sealed"];
            /**
             * Format: int32
             * @description Contacts since somebody last answered or opened it.
             */
            unread: number;
            /** @description The request may be junk. */
            suspicious: boolean;
            /** @description The last answer did not arrive. */
            deliveryFailed: boolean;
            assignee: null | components["schemas"]["Agent"];
            outcome: null | components["schemas"]["Outcome"];
            /** @description The conversation of the latest written contact; answers go there. All zeros: there were only calls. */
            conversationId: components["schemas"]["ConversationId"];
            replyBy: null | components["schemas"]["ChannelKind"];
            /**
             * Format: date-time
             * @description UTC instant of the first contact.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description UTC instant of the latest contact, by the channel's clock.
             */
            lastContactAt: string;
            /**
             * Format: date-time
             * @description UTC instant until which somebody must have answered. Null: answered, or no policy.
             */
            firstResponseDueAt: null | string;
            /**
             * Format: date-time
             * @description UTC instant. Null: not put off.
             */
            snoozedUntil: null | string;
            lastCall?: null | components["schemas"]["RequestRowCall"];
            appointment?: null | components["schemas"]["RequestRowAppointment"];
        };
        /** @description A visit in a row. */
        RequestRowAppointment: {
            /** @description The visit. */
            id: components["schemas"]["AppointmentId"];
            /** @description Where it stands. Proposed and pending are preliminary: nothing is promised. */
            status: components["schemas"]["AppointmentStatus"];
            /** @description Whether the MIS says the same. */
            truth: components["schemas"]["AppointmentTruth"];
            /**
             * Format: date-time
             * @description UTC instant.
             */
            start: string;
            /** @description IANA zone in which people say the time. */
            timeZone: string;
            /** @description Why it was refused or delayed, as in string? AppointmentChanged.Problem. Null: nothing is wrong. */
            problem: null | string;
        };
        /** @description The latest call in a row. */
        RequestRowCall: {
            /** @description The call. */
            id: components["schemas"]["CallId"];
            /** @description Who called. */
            direction: components["schemas"]["CallDirection"];
            outcome: null | components["schemas"]["CallOutcome"];
            /**
             * Format: int32
             * @description Inbound calls nobody answered since somebody last spoke or wrote to the contact.
             */
            missed: number;
            /**
             * Format: date-time
             * @description UTC instant of its beginning.
             */
            at: string;
        };
        /** @description The contact in a row. */
        RequestRowContact: {
            id: null | components["schemas"]["ContactId"];
            name: null | components["schemas"]["Sealed"];
            phone: null | components["schemas"]["Sealed"];
            email: null | components["schemas"]["Sealed"];
        };
        /** @description The patient in a row. */
        RequestRowPatient: {
            /** @description The MIS's own id. */
            id: string;
            /** @description Full name. */
            name: components["schemas"]["Sealed"];
            /** @description How sure the link is; anything below certain is a suggestion. */
            grade: components["schemas"]["MatchGrade"];
        };
        /**
         * @description Where a request stands.
         * @enum {unknown}
         */
        RequestStatus: "new" | "inProgress" | "waiting" | "snoozed" | "closed";
        Sealed: null | string;
        SnoozeBody: {
            /** Format: date-time */
            until: string;
        };
        Timeline: {
            /** Format: int64 */
            version: number;
            items: components["schemas"]["TimelineItem"][];
        };
        TimelineAppointment: {
            id: components["schemas"]["AppointmentId"];
            change: components["schemas"]["AppointmentChange"];
            status: components["schemas"]["AppointmentStatus"];
            truth: components["schemas"]["AppointmentTruth"];
            slot: components["schemas"]["AppointmentSlot"];
            moveTo: null | components["schemas"]["AppointmentSlot"];
            problem: null | string;
        };
        TimelineCall: {
            id: components["schemas"]["CallId"];
            direction: components["schemas"]["CallDirection"];
            phase: components["schemas"]["CallPhase"];
            outcome: null | components["schemas"]["CallOutcome"];
            phone: null | components["schemas"]["Sealed"];
            line: null | string;
            queue: null | string;
            agents: components["schemas"]["CallAgent"][];
            answeredBy: null | string;
            transfers: components["schemas"]["CallTransfer"][];
            /** Format: int32 */
            waitSeconds: null | number;
            /** Format: int32 */
            talkSeconds: null | number;
            hasRecording: boolean;
        };
        TimelineDelivery: {
            status: components["schemas"]["DeliveryStatus"];
            reasonCode: null | string;
            detail: null | components["schemas"]["Sealed"];
            /** Format: date-time */
            at: string;
        };
        TimelineEvent: {
            type: components["schemas"]["TimelineEventType"];
            agent?: null | components["schemas"]["Agent"];
            assignee?: null | components["schemas"]["Agent"];
            outcome?: null | components["schemas"]["Outcome"];
            reason?: null | string;
            /** Format: date-time */
            until?: null | string;
            grade?: null | components["schemas"]["MatchGrade"];
            patientName?: null | string;
            appointment?: null | components["schemas"]["TimelineAppointment"];
        };
        /** @enum {unknown} */
        TimelineEventType: "opened" | "claimed" | "released" | "assigned" | "snoozed" | "woke" | "closed" | "reopened" | "identified" | "unlinked" | "merged" | "unmerged" | "identificationMissed" | "slaBreached" | "unreachable" | "reachable" | "appointment" | "notTold";
        TimelineField: {
            name: string;
            value: components["schemas"]["Sealed"];
        };
        TimelineItem: {
            id: string;
            /** Format: int64 */
            version: number;
            kind: components["schemas"]["TimelineKind"];
            /** Format: date-time */
            at: string;
            /** Format: date-time */
            receivedAt: null | string;
            agent: null | components["schemas"]["Agent"];
            author: null | components["schemas"]["Sealed"];
            channel: null | components["schemas"]["ChannelKind"];
            conversationId: null | components["schemas"]["ConversationId"];
            subject: null | components["schemas"]["Sealed"];
            text: null | components["schemas"]["Sealed"];
            attachments: components["schemas"]["Attachment"][];
            form: null | components["schemas"]["TimelineField"][];
            consent: null | components["schemas"]["Consent"];
            automated: boolean;
            suspicions: string[];
            delivery: null | components["schemas"]["TimelineDelivery"];
            event: null | components["schemas"]["TimelineEvent"];
            /** Format: date-time */
            editedAt: null | string;
            earlier: components["schemas"]["EarlierText"][];
            call?: null | components["schemas"]["TimelineCall"];
            /** Format: date-time */
            removedAt?: null | string;
            folds?: null | components["schemas"]["Fold"][];
            /** Format: uuid */
            rawInputId?: null | string;
        };
        /** @enum {unknown} */
        TimelineKind: "inbound" | "reply" | "note" | "event" | "call";
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listRequests: {
        parameters: {
            query?: {
                view?: string;
                channel?: string;
                q?: string;
                after?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InboxPage"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["HttpValidationProblemDetails"];
                };
            };
        };
    };
    getRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestDetails"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    getTimeline: {
        parameters: {
            query?: {
                after?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Timeline"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    claimRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestRow"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    releaseRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestRow"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    readRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestRow"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    snoozeRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SnoozeBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestRow"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    reopenRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestRow"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    noteRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NoteBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestRow"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["HttpValidationProblemDetails"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    closeRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CloseBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestRow"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["HttpValidationProblemDetails"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    listCalls: {
        parameters: {
            query?: {
                missed?: boolean;
                before?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallPage"];
                };
            };
        };
    };
    placeCall: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CallBack"];
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallAccepted"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["HttpValidationProblemDetails"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    getExtension: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExtensionBody"];
                };
            };
        };
    };
    setExtension: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExtensionBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExtensionBody"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["HttpValidationProblemDetails"];
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    getCallerHistory: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallerHistory"];
                };
            };
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    getCallRecording: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Not Found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
}
