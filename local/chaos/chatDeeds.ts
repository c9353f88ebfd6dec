/** What people do in the chat beside their call. */
export const chatDeeds = [
  'writes',
  /** The answer comes late, and the app sends the message through the other door as well. */
  'writes twice',
  'reads',
  /** The provider lets the third one in, or takes that person out. */
  'includes',
  'excludes',
] as const;
export type ChatDeed = (typeof chatDeeds)[number];

export const isOfChat = (does: string): does is ChatDeed => chatDeeds.some((deed) => deed === does);
