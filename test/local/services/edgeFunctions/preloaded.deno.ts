// Loaded before a function.
Object.assign(globalThis, { preloaded: 1 });
export {};
