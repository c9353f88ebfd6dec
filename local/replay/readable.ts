/**
 * Indented JSON in which a list of plain values stands on one line, as the words of a transcript do. A text holds no line
 * break in JSON, so that a bracket before one always opens a list.
 */
export function readable(value: unknown): string {
  const plain = String.raw`(?:-?\d[^,\s]*|true|false|null|"(?:[^"\\]|\\.)*")`;
  const list = new RegExp(String.raw`\[\n\s+(${plain}(?:,\n\s+${plain})*)\n\s+\]`, 'g');
  const text = JSON.stringify(value, null, 2);
  return `${text.replace(list, (_, items: string) => `[${items.replaceAll(/,\n\s+/g, ', ')}]`)}\n`;
}
