/** The SHA-256 of bytes, as S3 writes it. */
export async function sha256Base64(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(bytes)));
  return btoa(String.fromCharCode(...digest));
}
