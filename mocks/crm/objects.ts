export type Contact = {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly phone: string | null;
  readonly company: string | null;
  /** False: does not want to hear of us. */
  readonly subscribed: boolean;
  /** The last change of any member, ISO 8601. */
  readonly updated_at: string;
  readonly created_at: string;
};

export type Company = {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  readonly created_at: string;
};

/** What was written down about a contact; goes with the contact when it is merged, and is gone when it is deleted. */
export type Note = {
  readonly id: string;
  readonly contact: string;
  readonly text: string;
  readonly created_at: string;
};

export type Email = {
  readonly id: string;
  readonly contacts: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly sent_at: string;
};
