/** How long the sound of an Opus packet is, in milliseconds (RFC 6716, 3.1 and 3.2); 0 for no packet. */
export function opusMs(view: DataView, at: number, length: number): number {
  if (length < 1 || at >= view.byteLength) return 0;
  const head = view.getUint8(at);
  const config = head >> 3;
  const silk = [10, 20, 40, 60][config & 3] ?? 0;
  const frameMs = config < 12 ? silk : config < 16 ? ([10, 20][config & 1] ?? 0) : ([2.5, 5, 10, 20][config & 3] ?? 0);
  const code = head & 3;
  const frames =
    code === 0 ? 1 : code < 3 ? 2 : length > 1 && at + 1 < view.byteLength ? view.getUint8(at + 1) & 63 : 0;
  return frames * frameMs;
}
