/** The names of refusals: the caller must change what is `OrderInvalid`, the project what is `TemplateInvalid`. */
export type RefusalName = 'OrderInvalid' | 'TemplateInvalid';

/** An error of that name, whose message says what to do. */
export function refusal(name: RefusalName, message: string): Error {
  return Object.assign(new Error(message), { name });
}
