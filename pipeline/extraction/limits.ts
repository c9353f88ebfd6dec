/** Of one text, in characters: code points, as Comprehend Medical bills and Postgres counts. */
export const mostCharacters = 20_000;

/** Of one user and day, from midnight to midnight UTC; `extraction_take` counts them and knows the same number. */
export const charactersADay = 100_000;

/** Calls that are under way at once. One user's text must not take the whole of the service's quota. */
export const atOnce = 4;

/**
 * How long calls are begun, in milliseconds from the request on. Supabase waits 150 s for an answer, and the slowest call
 * takes 48.
 */
export const askingMs = 60_000;

/** The longest pause before a call that found the service busy is made again, at first and at most, in milliseconds. */
export const pauses = { first: 500, most: 8_000 } as const;
