import { createRequire } from 'node:module';
import { type JsonObject, NotImplemented, ServiceError } from '../jsonService.ts';

/**
 * dynalite's parts, called in-process instead of through its HTTP server: transactions need its validation, its
 * conditions and its keys one by one. They have no types of their own and are not documented, so the version is pinned.
 */
interface Dynalite {
  db: {
    create(options: object): Store;
    createKey(item: JsonObject, table: Table): string;
    validateKey(key: JsonObject, table: Table): DynaliteError | undefined;
    validateItem(item: JsonObject, table: Table): DynaliteError | undefined;
    checkConditional(request: JsonObject, item: JsonObject | undefined): DynaliteError | null | undefined;
    itemSize(item: JsonObject): number;
  };
  validations: {
    checkTypes(input: JsonObject, types: object): JsonObject;
    checkValidations(input: JsonObject, types: object, custom: unknown, store: Store): void;
  };
}

interface Store {
  db: { open(): Promise<void>; close(): Promise<void> };
  tableDb: {
    awsRegion: string;
    awsAccountId: string;
    put(key: string, table: Table, done: Done<void>): void;
    del(key: string, done: Done<void>): void;
  };
  getTable(name: string, checkStatus: boolean, done: Done<Table>): void;
  getItemDb(table: string): { get(key: string, done: Done<JsonObject | undefined>): void };
}

type Done<T> = (error: Error | null, value: T) => void;
type Validation = { types: object; custom: unknown };
type Action = (store: Store, request: JsonObject, done: Done<JsonObject>) => void;
type DynaliteError = Error & { statusCode?: number; body?: { __type: string; message?: string; Message?: string } };

/** A table's description as dynalite keeps it, with the `settings` that this front adds to it. */
export type Table = JsonObject & { TableName: string; TableStatus: string; KeySchema: { AttributeName: string }[] };

/** A validated request for one item. dynalite's actions write into it, so run it only once. */
export type Prepared = JsonObject & { TableName: string };

const require = createRequire(import.meta.url);
const load = (path: string): unknown => require(`dynalite/${path}`);
const { db, validations } = { db: load('db'), validations: load('validations') } as Dynalite;

export type Engine = ReturnType<typeof engineOver>;

/**
 * Opens the tables in `path`, a LevelDB directory, or in memory without one. Rejects when another process has it open.
 */
export async function openEngine(options: { path?: string; region: string; accountId: string }) {
  // Tables are ready at once: nothing here depends on how long AWS takes to make one.
  const store = db.create({ path: options.path, createTableMs: 0, deleteTableMs: 0 });
  store.tableDb.awsRegion = options.region;
  store.tableDb.awsAccountId = options.accountId;
  try {
    await store.db.open();
  } catch (error) {
    const message = `The tables in ${options.path} cannot be opened: another process may have them open`;
    throw new Error(message, { cause: error });
  }
  return engineOver(store);
}

function engineOver(store: Store) {
  /** Checks a request as the service does; throws NotImplemented for a field that dynalite would silently drop. */
  function prepare(operation: string, input: JsonObject): Prepared {
    refuseArn(input['TableName']);
    const { types, custom } = load(`validations/${lowerFirst(operation)}`) as Validation;
    try {
      const request = validations.checkTypes(structuredClone(input), types);
      refuseDropped(operation, input, request);
      validations.checkValidations(request, types, custom, store);
      return request as Prepared;
    } catch (error) {
      throw toServiceError(error);
    }
  }

  function execute(operation: string, request: Prepared): Promise<JsonObject> {
    const action = load(`actions/${lowerFirst(operation)}`) as Action;
    return promised((done) => action(store, request, done));
  }

  /** The table, whatever its status; throws ResourceNotFoundException. */
  async function table(name: string): Promise<Table> {
    refuseArn(name);
    return promised((done) => store.getTable(name, false, done));
  }

  return {
    prepare,
    execute,
    table,
    run: async (operation: string, input: JsonObject) => execute(operation, prepare(operation, input)),
    removeTable: (name: string) => promised<void>((done) => store.tableDb.del(name, done)),
    saveTable: (table: Table) => promised<void>((done) => store.tableDb.put(table.TableName, table, done)),

    /**
     * The stored key of the item that a request is about; throws ValidationException when it does not fit the table.
     */
    key(request: Prepared, table: Table): string {
      const { Item: item, Key: key } = request as { Item?: JsonObject; Key?: JsonObject };
      const invalid = item ? db.validateItem(item, table) : db.validateKey(key ?? {}, table);
      if (invalid) throw toServiceError(invalid);
      return db.createKey(item ?? key ?? {}, table);
    },

    item: (table: Table, key: string) =>
      promised<JsonObject | undefined>((done) => store.getItemDb(table.TableName).get(key, done)),

    holds: (request: Prepared, item: JsonObject | undefined) => !db.checkConditional(request, item),
    sizeOf: (item: JsonObject) => db.itemSize(item),
    close: () => store.db.close(),
  };
}

/** The key of the item that a request is about, by its attributes. */
export function keyOf(request: Prepared, table: Table): JsonObject {
  const item = (request['Item'] ?? request['Key']) as JsonObject;
  return Object.fromEntries(table.KeySchema.map(({ AttributeName: name }) => [name, item[name]]));
}

/** The service takes a table's ARN for its name. */
function refuseArn(name: unknown): void {
  if (typeof name === 'string' && name.startsWith('arn:')) throw new NotImplemented(`a table by its ARN, ${name},`);
}

function lowerFirst(operation: string): string {
  return operation.charAt(0).toLowerCase() + operation.slice(1);
}

function promised<T>(start: (done: Done<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => (error ? reject(toServiceError(error)) : resolve(value)));
  });
}

function toServiceError(error: unknown): unknown {
  const { statusCode, body } = error as DynaliteError;
  if (!statusCode || !body) return error;
  const { __type: type } = body;
  return new ServiceError(type.slice(type.indexOf('#') + 1), body.message ?? body.Message ?? '', statusCode);
}

function refuseDropped(operation: string, given: unknown, kept: unknown, path = ''): void {
  if (typeof given !== 'object' || given === null || typeof kept !== 'object' || kept === null) return;
  for (const [field, value] of Object.entries(given)) {
    const name = path ? `${path}.${field}` : field;
    const known = (kept as Record<string, unknown>)[field];
    if (value !== null && value !== undefined && known === undefined) {
      throw new NotImplemented(`${operation} with ${name}`);
    }
    refuseDropped(operation, value, known, name);
  }
}
