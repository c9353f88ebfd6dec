/** What to do where a call that is tried is refused, by the code of the refusal. */
const remedies: Readonly<Record<string, string>> = {
  AnotherAnswer: 'the two tokens are perhaps of one user: sign in as the other one',
  AppointmentNotFound: 'name an appointment of the two test users in SMOKE_APPOINTMENT',
  AppointmentNotOpen:
    'name an appointment in SMOKE_APPOINTMENT that is by video, neither over nor cancelled, and of two people',
  ChimeUnavailable: 'the log of the function meetings names what Chime said: a permission, a region or a quota',
  InternalError: 'the log of the function meetings names it; MeetingsFailing in RUNBOOK.md',
  InvalidToken: 'sign in again as both test users: their tokens are for an hour, and SUPABASE_ISSUER says whose count',
  KeysUnavailable: 'the project does not publish its keys just now: try again',
  NoAnswer: 'the HTTP API does not answer at the address that the function reading has: deploy again',
  NotAParticipant: 'name an appointment in SMOKE_APPOINTMENT of which the test users are provider and patient',
  OnlyTheProvider: "SMOKE_PROVIDER_TOKEN is not the provider's of that appointment: perhaps the two were exchanged",
  ServiceUnavailable: 'the log of the function meetings names what is away; try again',
  TooManyRequests: 'wait a minute, and try again',
  UnknownUser: 'add the test users to the health record, as users',
};

/** In a sentence; of every other code API.md says it. */
export function remedyFor(code: string | undefined): string {
  return (code && remedies[code]) || '"What is refused" in API.md; the log of the function meetings';
}
