/** A line as the hub tells it. */
export interface Line {
  seq: number;
  messageId: string;
  byVisitor: boolean;
  at: string;
  text: string;
  files: { name: string; mediaType: string; size: number; stored: boolean }[];
  /** Answers to offer as buttons. */
  choices?: string[] | null;
  /** The line whose button she pressed. */
  choiceOf?: string | null;
}

/** What the first message brings besides its words. */
export interface Introduction {
  name?: string;
  phone?: string;
  page?: string;
  consent?: { given: boolean; textVersion: string };
}

/** What she wrote and the clinic has not confirmed yet. */
export interface Draft {
  messageId: string;
  text: string;
  files: File[];
  introduction: Introduction;
  choiceOf?: string;
  state: 'sending' | 'waiting' | 'sent' | 'failed';
  reason?: string;
}

/** Lines in the order of their numbers, then drafts in the order of writing. The same line twice is one line. */
export class Conversation {
  readonly lines: Line[] = [];
  readonly drafts: Draft[] = [];
  /** The last number below which nothing is missing. */
  head = 0;
  /** Answers up to this number were on the screen. */
  seen = 0;

  add(lines: Line[]) {
    const fresh = lines.filter((line) => !this.lines.some((known) => known.seq === line.seq));
    this.lines.push(...fresh);
    this.lines.sort((a, b) => a.seq - b.seq);
    for (const line of fresh) {
      const draft = this.drafts.findIndex(({ messageId }) => messageId === line.messageId);
      if (draft >= 0) this.drafts.splice(draft, 1);
    }
  }

  /** Whether pushed lines follow on what is known; if not, something was missed. */
  follows(lines: Line[]): boolean {
    const next = lines.find((line) => line.seq > this.head);
    return next === undefined || next.seq === this.head + 1;
  }

  reached(seq: number) {
    this.head = Math.max(this.head, seq);
  }

  /** Whether a button of this line was pressed, here or in another tab. */
  isAnswered({ messageId }: Line): boolean {
    return [...this.lines, ...this.drafts].some(({ choiceOf }) => choiceOf === messageId);
  }

  get unread(): number {
    return this.lines.filter((line) => !line.byVisitor && line.seq > this.seen).length;
  }

  get isEmpty(): boolean {
    return this.lines.length === 0 && this.drafts.length === 0;
  }
}
