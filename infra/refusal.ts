/** What these libraries refuse, by name: `OrderInvalid` is for the caller to change, `TemplateInvalid` for the project. */
export type RefusalName = 'OrderInvalid' | 'TemplateInvalid';

/** An error of that name, whose message says what to do. */
export function refusal(name: RefusalName, message: string): Error {
  return Object.assign(new Error(message), { name });
}
