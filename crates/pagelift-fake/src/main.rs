//! Serves a generated site until it is interrupted; the first line of output is the address.

use std::io::{self, Write as _};
use std::time::Duration;

use clap::Parser;
use pagelift_fake::{GeneratorOptions, Server, ServerOptions, Site};

/// A fake Confluence Cloud.
#[derive(Debug, Parser)]
#[command(name = "pagelift-fake", version)]
struct Arguments {
    /// Pages of the space DOCS
    #[arg(long, default_value_t = 100)]
    pages: usize,
    /// Attachments of the whole site
    #[arg(long, default_value_t = 50)]
    attachments: usize,
    /// The same seed gives the same site
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Deepest level of nesting
    #[arg(long, default_value_t = 4)]
    depth: usize,
    /// Milliseconds before each answer
    #[arg(long, default_value_t = 0)]
    latency: u64,
    /// Port; 0 for any free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// User of Basic auth
    #[arg(long, default_value = "ada@example.com")]
    email: String,
    /// API token of Basic auth
    #[arg(long, default_value = "secret-token")]
    token: String,
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let arguments = Arguments::parse();
    let site = Site::generate(GeneratorOptions {
        pages: arguments.pages,
        attachments: arguments.attachments,
        seed: arguments.seed,
        depth: arguments.depth,
    });
    let options = ServerOptions {
        latency: Duration::from_millis(arguments.latency),
        email: arguments.email,
        token: arguments.token,
        port: arguments.port,
        ..ServerOptions::default()
    };
    let server = Server::start(site, options).await?;
    let mut out = io::stdout();
    writeln!(out, "{}", server.url())?;
    out.flush()?;
    tokio::signal::ctrl_c().await
}
