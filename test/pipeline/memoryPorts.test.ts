import { memoryPorts } from './memoryPorts.ts';
import { auditContract, documentsContract, intakeContract, tokensContract } from './portContracts.ts';

tokensContract(() => memoryPorts().tokens);
intakeContract(() => memoryPorts().intake);
auditContract(() => memoryPorts().audit);
documentsContract(() => memoryPorts().documents);
