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
import { OutputClosed } from './write-out.ts';

const HELP = `
Begin with uet-capi demo, which needs no settings. Then set UET_CAPI_TAG_ID and UET_CAPI_TOKEN, and run uet-capi doctor
and uet-capi start. Every other command takes the same settings as start (uet-capi start --help), and works beside it.
Exit codes of every command: 0 done, 1 failed, 2 wrong use or wrong settings.`;

const program = new Command('uet-capi')
  .description('Server-side conversions for Microsoft Advertising')
  .version(VERSION)
  .addHelpText('after', HELP)
  .exitOverride();
program.commandsGroup('Run:');
addStartCommand(program);
addDoctorCommand(program);
addSendTestCommand(program);
program.commandsGroup('Try out, without Microsoft:');
addDemoCommand(program);
addSandboxCommand(program);
program.commandsGroup('What became of events:');
addReportCommand(program);
addReplayCommand(program);
addReconcileCommand(program);
program.commandsGroup('Offline conversions:');
addAuthCommand(program);
addGoalsCommand(program);
addImportCommand(program);
program.commandsGroup('People’s rights:');
addExportCommand(program);
addPurgeCommand(program);
pointToHelp(program, program.name());
process.stdout.on('error', onUnwritable);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof OutputClosed) process.exitCode = EXIT.failed;
  else if (!(error instanceof CommanderError)) fail((error as Error).message);
  else if (error.exitCode !== 0) process.exitCode = EXIT.wrongUse;
}

/** After wrong use, the help of the very command. */
function pointToHelp(command: Command, path: string): void {
  command.showHelpAfterError(`${path} --help shows what there is.`);
  for (const one of command.commands) pointToHelp(one, `${path} ${one.name()}`);
}

/**
 * The command ends by itself, with its store closed. That the reader has enough of it (`| head`) is not worth a word,
 * nor does it change what a command has found to say with its exit code.
 */
function onUnwritable(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') fail(error.message);
  process.exitCode ??= EXIT.failed;
}
