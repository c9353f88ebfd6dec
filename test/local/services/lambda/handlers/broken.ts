export const handler = async () => undefined;

throw new Error('cannot be imported');
