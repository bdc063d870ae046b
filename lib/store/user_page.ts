/** A page of a list of users. */
export interface UserPage {
  /** How many users there are on all pages. */
  readonly total: number;
  readonly users: readonly {
    readonly name: string;
    /** How many there are. */
    readonly templates: number;
    /** When the first one was made, ISO 8601 in UTC. */
    readonly registeredAt: string;
  }[];
}

/** Which users a list shows. */
export interface UserQuery {
  /** Part of the name, in any case; empty shows all. */
  readonly search?: string | undefined;
  readonly offset: number;
  readonly limit: number;
}

/** A name as it is searched for: the same in any case. */
export function folded(name: string): string {
  return name.normalize("NFC").toLowerCase();
}
