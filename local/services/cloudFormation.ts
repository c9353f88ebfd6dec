import { NotImplemented, ServiceError } from './jsonService.ts';
import { queryService, type ScopedService } from './scopedService.ts';

export interface StackResource {
  type: string;
  /** What the service calls it, such as a queue's URL. */
  physicalId: string;
}

export interface CloudFormationOptions {
  stackName: string;
  /** The resources by their logical ids. */
  resources: () => Readonly<Record<string, StackResource>>;
}

/** CloudFormation, as far as an operator looks up what a stack calls its resources. */
export function createCloudFormation({ stackName, resources }: CloudFormationOptions): ScopedService {
  return queryService({
    scope: 'cloudformation',
    version: '2010-05-15',
    namespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
    operations: {
      DescribeStackResource({ StackName = '', LogicalResourceId = '', ...others }) {
        const [other] = Object.keys(others);
        if (other !== undefined) throw new NotImplemented(`DescribeStackResource with ${other}`);
        if (StackName !== stackName) throw new ServiceError('ValidationError', `Stack '${StackName}' does not exist`);
        const known = resources();
        const resource = Object.hasOwn(known, LogicalResourceId) ? known[LogicalResourceId] : undefined;
        if (!resource) {
          const reason = `Resource ${LogicalResourceId} does not exist for stack ${stackName}`;
          throw new ServiceError('ValidationError', reason);
        }
        return {
          StackResourceDetail: {
            StackName,
            LogicalResourceId,
            PhysicalResourceId: resource.physicalId,
            ResourceType: resource.type,
            ResourceStatus: 'CREATE_COMPLETE',
          },
        };
      },
    },
  });
}
