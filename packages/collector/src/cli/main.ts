import { Command, CommanderError } from 'commander';
import { VERSION } from '../version.ts';
import { addAuthCommand } from './auth.ts';
import { addDemoCommand } from './demo.ts';
import { addDoctorCommand } from './doctor.ts';
import { EXIT, fail } from './exit.ts';
import { addExportCommand } from './export.ts';
import { addGoalsCommand } from './goals.ts';
import { addImportCommand } from './import.ts';
import { addPurgeCommand } from './purge.ts';
import { addReconcileCommand } from './reconcile.ts';
import { addReplayCommand } from './replay.ts';
import { addReportCommand } from './report.ts';
import { addSandboxCommand } from './sandbox.ts';
import { addSendTestCommand } from './send-test.ts';
import { addStartCommand } from './start.ts';

const program = new Command('uet-capi')
  .description('Server-side conversions for Microsoft Advertising')
  .version(VERSION)
  .exitOverride();
addStartCommand(program);
addDemoCommand(program);
addDoctorCommand(program);
addSendTestCommand(program);
addSandboxCommand(program);
addAuthCommand(program);
addGoalsCommand(program);
addImportCommand(program);
addReconcileCommand(program);
addReportCommand(program);
addReplayCommand(program);
addPurgeCommand(program);
addExportCommand(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.wrongUse;
  else fail((error as Error).message);
}
