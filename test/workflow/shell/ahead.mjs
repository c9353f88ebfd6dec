// A process whose clock is ahead of the machine's, by AHEAD_MS.
const ahead = Number(process.env.AHEAD_MS ?? 0);
const { Date: RealDate } = globalThis;

globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(RealDate.now() + ahead);
    else super(...args);
  }

  static now() {
    return RealDate.now() + ahead;
  }
};
