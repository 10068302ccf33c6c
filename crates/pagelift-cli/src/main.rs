//! The `pagelift` command. It reads arguments, calls one use case of `pagelift-app`, and prints the answer.
//!
//! Exit codes: 0 all well, 1 finished with failed pages or findings, 2 wrong usage, 3 sign-in needed, 4 could not start or continue,
//! 130 stopped.

mod approvals;
mod args;
mod browse;
mod convert;
mod export;
mod failure;
mod forge;
mod formats;
mod output;
mod progress;
mod site;
mod stop;
mod update;
mod verify;

use std::process::ExitCode;

use clap::Parser as _;
use pagelift_app::{Accounts, Folders};

use args::apps::ForgeCommand;
use args::{Arguments, Command};
use failure::Failure;
use stop::stoppable;

fn main() -> ExitCode {
    pagelift_app::hide_panic_texts();
    let arguments = Arguments::parse();
    let tells_json = match &arguments.command {
        Command::Export(export) => export.telling.json,
        Command::Update(update) => update.telling.json,
        Command::Verify(typed) => typed.json,
        _ => false,
    };
    match run(arguments.command) {
        Ok(code) => code,
        Err(failure) => {
            if tells_json {
                failure.print_event();
            }
            output::remark(&format!("pagelift: {}", failure.sentence()));
            failure.exit_code()
        }
    }
}

fn run(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Demo { to } => in_runtime(async |_| export::demo(&to).await),
        Command::Convert { from, way, title, report } => convert::convert(from.into(), &way, title, report.as_deref()),
        Command::Preview { format } => convert::preview(&format),
        Command::Formats => formats::formats(),
        Command::Site(command) => in_runtime(async |accounts| Box::pin(site::site(command, accounts)).await),
        Command::Spaces { site } => in_runtime(async |accounts| stoppable(browse::spaces(&site, accounts)).await),
        Command::Tree { site, space } => {
            in_runtime(async |accounts| stoppable(browse::tree(&site, &space, accounts)).await)
        }
        Command::Forge(ForgeCommand::Call(call)) => {
            in_runtime(async |accounts| stoppable(forge::call(&call, accounts)).await)
        }
        Command::Forge(ForgeCommand::Export(typed)) => {
            in_runtime(async |accounts| stoppable(forge::export(&typed, accounts)).await)
        }
        Command::Approvals(typed) => {
            in_runtime(async |accounts| stoppable(approvals::approvals(&typed, accounts)).await)
        }
        Command::Unpack(typed) => forge::unpack(&typed),
        Command::Export(export) => in_runtime(async |accounts| export::export(&export, accounts).await),
        // It writes nothing, so that Ctrl+C may end it at once, also while it reads the disk.
        Command::Verify(typed) => in_runtime(async |accounts| verify::verify(&typed, accounts).await),
        Command::Update(update) => in_runtime(async |accounts| update::update(update, accounts).await),
    }
}

/// Runs `work` on this thread, and requests on others, so that conversion and writing do not hold them up.
fn in_runtime(work: impl AsyncFnOnce(&Accounts) -> Result<ExitCode, Failure>) -> Result<ExitCode, Failure> {
    let accounts = Accounts::new(&Folders::from_env());
    accounts.sweep_in_background();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::system(format!("the system gives no threads: {error}")))?;
    let done = runtime.block_on(work(&accounts));
    // A sign-in that is being renewed comes to its end first.
    accounts.close();
    // A look-up of a name that hangs does not hold up the end.
    runtime.shutdown_background();
    done
}
