/** What a price is worth. None was confirmed by AWS's own page, so each can be replaced: `--price NAME=USD`. */
const thirdParty = 'unconfirmed: third parties say so';
const recalled = 'unverified: from memory';

interface Price {
  /** For one of `unit`. */
  usd: number;
  source: string;
}

const price = (usd: number, source = recalled): Price => ({ usd, source });

/**
 * List prices in USD of what is billed by use or by the month, besides the clinical services and the calls themselves. For
 * us-east-1 and arm64, and assumed to be equal elsewhere; what is free in a month's first units is not taken off.
 */
export const monthPrices = {
  /** A gigabyte for a month, in S3 Standard and in Glacier Instant Retrieval. */
  storage: price(0.023),
  archive: price(0.004),
  put: price(0.000_005),
  get: price(0.000_000_4),
  /** An object that is moved to the archive. */
  move: price(0.000_02),
  /** A gigabyte that leaves AWS. */
  dataOut: price(0.09),
  key: price(1),
  keyRequest: price(0.000_003),
  apiRequest: price(0.000_001),
  tableWrite: price(0.000_000_625),
  tableRead: price(0.000_000_125),
  tableStorage: price(0.25),
  invocation: price(0.000_000_2),
  gigabyteSecond: price(0.000_013_333_4),
  queueRequest: price(0.000_000_4),
  event: price(0.000_001),
  /** A gigabyte of lines that is written, and one that is kept for a month. */
  logWritten: price(0.5),
  logKept: price(0.03),
  metric: price(0.3),
  alarm: price(0.1),
  dashboard: price(3),
  trace: price(0.000_005),
  secret: price(0.4),
  secretRequest: price(0.000_005),
  message: price(0.0008, thirdParty),
  /** A gigabyte that the CDN serves, and a request to it. */
  served: price(0.1),
  servedRequest: price(0.000_001_2),
} as const satisfies Record<string, Price>;

export type PriceName = keyof typeof monthPrices;

export const priceNames = Object.keys(monthPrices) as PriceName[];

/** Some of the prices, as somebody who has read the bill knows them. */
export type OwnPrices = Partial<Record<PriceName, number>>;

/** A price, and where it comes from. */
export function priceOf(name: PriceName, own: OwnPrices): Price {
  const given = own[name];
  return given === undefined ? monthPrices[name] : { usd: given, source: 'as given' };
}
