/** @throws Error when npm can install them in no way */
export function install(folder: string, all: boolean, say: (text: string) => void): void;
