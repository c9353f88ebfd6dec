/** An error as an SDK client throws it. Clients do not model every exception as a class, so it is told by its name. */
export function serviceError(name: string, httpStatusCode = 400, message = 'as the service says it'): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
}
