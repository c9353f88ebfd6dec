import { expect, test } from 'vitest';
import { virtualClock } from '../../../../local/services/clock.ts';
import { Executions } from '../../../../local/services/stepFunctions/executions.ts';
import { Machines } from '../../../../local/services/stepFunctions/machines.ts';
import { noStore } from '../../../../local/services/stepFunctions/store.ts';
import { machineOf, roleArn, start, task } from './machines.ts';

test('an execution that has ended can be forgotten, and its name is free; one that runs cannot', async () => {
  const clock = virtualClock(start);
  const machines = new Machines(clock, noStore());
  const stateMachineArn = 'arn:aws:states:us-east-1:123456789012:stateMachine:machine';
  const revision = { name: 'machine', stateMachineArn, definition: machineOf({ work: task('work') }), roleArn };
  await machines.create(revision);
  const goOn = Promise.withResolvers<void>();
  const invoke = () => goOn.promise.then(() => ({ payload: null }));
  const executions = new Executions({
    clock,
    region: 'us-east-1',
    random: () => 0,
    machines,
    invoke,
    store: noStore(),
  });
  executions.start('one', 'one', revision, '{}');
  executions.forget('one');
  expect(executions.get('one').status).toBe('RUNNING');
  goOn.resolve();
  await executions.idle();
  expect(() => executions.start('one', 'one', revision, '{"other":1}')).toThrow('Execution Already Exists');
  executions.forget('one');
  expect(() => executions.get('one')).toThrow('Execution Does Not Exist');
  expect(executions.start('one', 'one', revision, '{"other":1}').status).toBe('RUNNING');
});
