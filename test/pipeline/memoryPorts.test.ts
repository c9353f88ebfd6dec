import { MemoryPlaces } from '../../local/burst/memoryPlaces.ts';
import { memoryPorts } from './memoryPorts.ts';
import {
  auditContract,
  documentsContract,
  intakeContract,
  placesContract,
  placeStoreContract,
  tokensContract,
} from './portContracts.ts';

tokensContract(() => memoryPorts().tokens);
intakeContract(() => memoryPorts().intake);
auditContract(() => memoryPorts().audit);
documentsContract(() => memoryPorts().documents);
placeStoreContract(() => new MemoryPlaces());
placesContract(() => new MemoryPlaces());
