/** From where a request came, as its door was told. It is kept with what the request changes, and is in no line of a log. */
export interface Client {
  /** An IPv4 or IPv6 address; null when there is none. */
  address: string | null;
  /** What the program calls itself, in printable ASCII; null when it says nothing. */
  agent: string | null;
}

/** As much of what a program calls itself is kept, in characters. */
export const agentLimit = 200;

/** @param address of the caller, which whoever gave it has not checked @param agent the header `user-agent` */
export function toClient(address: string | null | undefined, agent: string | null | undefined): Client {
  const text = agent?.replaceAll(/[^ -~]+/g, '?').trim();
  return {
    address: address && isAddress(address) ? address : null,
    agent: text ? text.slice(0, agentLimit) : null,
  };
}

const byte = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const ipv4 = new RegExp(`^${byte}(?:\\.${byte}){3}$`);

function isAddress(text: string): boolean {
  return ipv4.test(text) || (/^[\da-f:.]{2,45}$/i.test(text) && URL.canParse(`http://[${text}]/`));
}
