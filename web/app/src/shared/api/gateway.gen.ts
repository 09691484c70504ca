// Generated from openapi/gateway.json by `npm run generate`; never edited.
export interface paths {
    "/api/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getSession"];
        put?: never;
        post: operations["signIn"];
        delete: operations["signOut"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/agents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listAgents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/channels/kinds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listChannelKinds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/requests/{id}/assign": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["assignRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/screen-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getScreenEvents"];
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
        AgentList: {
            items: components["schemas"]["Agent"][];
        };
        /**
         * Format: uuid
         * @description A visit to a doctor, from the wish to book it on; the MIS has an id of its own for it. Derived from the request and the idempotency key of the booking.
         */
        AppointmentId: string;
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
        AssignBody: {
            agentId: null | components["schemas"]["AgentId"];
        };
        /**
         * @description Who called whom.
         * @enum {unknown}
         */
        CallDirection: "inbound" | "outbound";
        /**
         * Format: uuid
         * @description One telephone call between a contact and the centre, in either direction, with every transfer. The id of a call we place is chosen by the browser, so that a repeated click is the same call.
         */
        CallId: string;
        /** @enum {unknown} */
        CallOutcome: "failed" | "busy" | "abandoned" | "timedOut" | "answered";
        /**
         * @description The kind of door a contact came through.
         * @enum {unknown}
         */
        ChannelKind: "website" | "email" | "telegram" | "chat" | "phone" | "max" | "http" | "nservicebus";
        ChannelKinds: {
            items: string[];
        };
        /** Format: uuid */
        ContactId: string;
        /**
         * Format: uuid
         * @description One thread of messages between a contact and the centre on one channel.
         */
        ConversationId: string;
        FeedAnswer: {
            mode: string;
            /** Format: uuid */
            epoch: string;
            /** Format: int64 */
            headSeq: number;
            events: components["schemas"]["ScreenEvent"][];
        };
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
        /**
         * @description How sure the identification is (FHIR: match-grade). Only MatchGrade.Certain links by itself.
         * @enum {unknown}
         */
        MatchGrade: "none" | "possible" | "probable" | "certain";
        /** @enum {unknown} */
        Outcome: "booked" | "answered" | "declined" | "unreachable" | "spam";
        ProblemDetails: {
            type?: null | string;
            title?: null | string;
            /** Format: int32 */
            status?: null | number;
            detail?: null | string;
            instance?: null | string;
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
        ScreenEvent: {
            /** Format: int64 */
            seq: number;
            type: string;
            /** Format: date-time */
            at: string;
            row: components["schemas"]["RequestRow"];
        };
        Sealed: null | string;
        Session: {
            user: components["schemas"]["SessionUser"];
        };
        SessionUser: {
            id: components["schemas"]["AgentId"];
            name: string;
            userName: string;
            roles: string[];
        };
        SignIn: {
            userName: string;
            password: string;
            code: null | string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getSession: {
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
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    signIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    signOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listAgents: {
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
                    "application/json": components["schemas"]["AgentList"];
                };
            };
        };
    };
    listChannelKinds: {
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
                    "application/json": components["schemas"]["ChannelKinds"];
                };
            };
        };
    };
    assignRequest: {
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
                "application/json": components["schemas"]["AssignBody"];
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
    getScreenEvents: {
        parameters: {
            query?: {
                epoch?: string;
                after?: number;
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
                    "application/json": components["schemas"]["FeedAnswer"];
                };
            };
        };
    };
}
