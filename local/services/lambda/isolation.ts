import { AsyncLocalStorage } from 'node:async_hooks';
import { registerHooks } from 'node:module';

/**
 * Lambda gives each function a process of its own; here they share a thread. Two things keep them apart: `process.env`
 * is that of the function whose code runs, and each function has its own copy of the repository's modules, so that
 * nothing one keeps in a module (a client with its credentials, say) is found by another. Packages are shared.
 */

const current = new AsyncLocalStorage<{ env: Record<string, string>; trace: string }>();
const environments = new Map<string, Record<string, string>>();

/** The variable in which the runtime names the invocation: SDK clients pass it on in each of their calls. */
const traceVariable = '_X_AMZN_TRACE_ID';

/** Runs work, and all that follows from it, in the environment of a function. */
export function runAs<T>(functionName: string, env: Record<string, string>, trace: string, work: () => T): T {
  const own = environments.get(functionName) ?? { ...env };
  environments.set(functionName, own);
  return current.run({ env: own, trace }, work);
}

/** The URL under which a function's own copy of a module is imported. */
export function ownCopy(url: string, functionName: string): string {
  const own = new URL(url);
  own.searchParams.set('function', functionName);
  return own.href;
}

/** `fetch` names its invocation as the SDK's clients do, so that calls of Supabase are known too. */
export function traceFetch(): void {
  const own = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    const value = trace();
    if (value === undefined) return own(input, init);
    const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
    headers.set('x-amzn-trace-id', value);
    return own(input, { ...init, headers });
  };
}

const trace = () => current.getStore()?.trace;

export function isolateEnvironments(): void {
  const common = { ...process.env };
  const environment = () => current.getStore()?.env ?? common;
  process.env = new Proxy<NodeJS.ProcessEnv>(
    {},
    {
      get: (_, name) => (name === traceVariable ? trace() : (Reflect.get(environment(), name) as unknown)),
      has: (_, name) => Reflect.has(environment(), name),
      set: (_, name, value) => Reflect.set(environment(), name, String(value)),
      deleteProperty: (_, name) => Reflect.deleteProperty(environment(), name),
      ownKeys: () => Reflect.ownKeys(environment()),
      getOwnPropertyDescriptor: (_, name) => Reflect.getOwnPropertyDescriptor(environment(), name),
    },
  );
}

/** When a function's copy of a module imports another module of the repository, it gets that function's copy too. */
export function isolateModules(): void {
  registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      const owner = context.parentURL && URL.canParse(context.parentURL) ? ownerOf(context.parentURL) : undefined;
      const shared = !resolved.url.startsWith('file:') || resolved.url.includes('/node_modules/');
      return owner === undefined || shared ? resolved : { ...resolved, url: ownCopy(resolved.url, owner) };
    },
  });
}

function ownerOf(url: string): string | undefined {
  return new URL(url).searchParams.get('function') ?? undefined;
}
