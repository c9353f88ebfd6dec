/** A case that cannot be read. The message is one line and names the file. */
export class CaseError extends Error {
  override readonly name = 'CaseError';
}
